import sys

import pytest

from agency.demo import crew


class TestKeep:
    def test_gives_up_on_who_cannot_start(self, tmp_path, monkeypatch):
        monkeypatch.setattr(crew, "PAUSE_SECONDS", 0)

        with pytest.raises(SystemExit, match=r"web cannot start; .*web\.log says why"):
            crew.keep({"web": lambda: sys.exit(1)}, tmp_path)
