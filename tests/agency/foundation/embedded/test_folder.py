import stat
import subprocess

import pytest

from agency.foundation.embedded import folder


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(folder, "PATIENCE_SECONDS", 0.1)


class TestClaimed:
    def test_makes_a_folder_nobody_else_may_enter(self, tmp_path):
        with folder.claimed(tmp_path / "a" / "b"):
            pass

        assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700

    def test_refuses_a_second_claim(self, tmp_path):
        in_use = pytest.raises(folder.DataFolderInUse, match=str(tmp_path))

        with folder.claimed(tmp_path), in_use, folder.claimed(tmp_path):
            pass

    def test_is_over_when_nobody_holds_it(self, tmp_path):
        with folder.claimed(tmp_path):
            pass

        with folder.claimed(tmp_path) as lock:
            assert lock > 0

    def test_lasts_as_long_as_an_heir_lives(self, tmp_path):
        with folder.claimed(tmp_path) as lock:
            heir = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=[lock])

        with heir:
            with pytest.raises(folder.DataFolderInUse), folder.claimed(tmp_path):
                pass
            heir.communicate()

        with folder.claimed(tmp_path) as lock:
            assert lock > 0


class TestSecret:
    def test_is_the_same_at_every_call(self, tmp_path):
        first = folder.secret(tmp_path / "password")

        assert folder.secret(tmp_path / "password") == first
        assert len(first) >= 24

    def test_differs_from_file_to_file(self, tmp_path):
        assert folder.secret(tmp_path / "one") != folder.secret(tmp_path / "two")

    def test_is_for_its_owner_alone(self, tmp_path):
        folder.secret(tmp_path / "password")

        assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
