import os
import pwd
import sys

import pytest

from agency.foundation.embedded import child

WHO = [sys.executable, "-c", "import os; open('made', 'w').close(); print(os.getuid(), os.geteuid())"]
ROOT = os.geteuid() == 0


@pytest.fixture
def own_folder(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    return folder


def who_runs(folder):
    started = child.start(WHO, log_path=folder / "who.log", cwd=folder, unprivileged_in=folder)
    assert started.wait(10)
    return started.log_tail()


class TestLeaveRoot:
    def test_leaves_no_root_in_a_folder_of_the_starter(self, own_folder):
        expected = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()

        assert who_runs(own_folder) == f"{expected} {expected}"

    def test_becomes_the_owner_of_a_folder(self, folder_of_nobody):
        owner = folder_of_nobody.stat().st_uid

        assert who_runs(folder_of_nobody) == f"{owner} {owner}"
        assert (folder_of_nobody / "made").stat().st_uid == owner

    def test_hands_the_owner_what_root_put_into_the_folder(self, folder_of_nobody):
        stray = folder_of_nobody / "inner" / "stray"
        stray.parent.mkdir()
        stray.touch()

        who_runs(folder_of_nobody)

        assert stray.stat().st_uid == folder_of_nobody.stat().st_uid

    def test_gives_the_folder_to_nobody_where_a_namespace_cannot_reach_it(self, own_folder):
        # A namespace of root has no power over a folder of somebody else's that lies on the way.
        if ROOT:
            os.chown(own_folder.parent, 65534, 65534)
            own_folder.parent.chmod(0o700)
        expected = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()

        assert who_runs(own_folder) == f"{expected} {expected}"
        assert own_folder.stat().st_uid == expected
