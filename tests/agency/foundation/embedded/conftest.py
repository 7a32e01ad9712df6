import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

STARTER = """
import sys, time
from pathlib import Path
from agency.foundation.embedded import postgresql, valkey

server = {"postgresql": postgresql, "valkey": valkey}[sys.argv[1]].start(Path(sys.argv[2]))
print(server.pid, getattr(server, "owner_url", None) or server.url, flush=True)
time.sleep(600)
"""


class Starter:
    """Another process that starts a server and then waits to be killed."""

    def __init__(self, service, data):
        self.data = data
        argv = [sys.executable, "-c", STARTER, service, str(data)]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)

    def address(self):
        pid, url = self.process.stdout.readline().split()
        return int(pid), url

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def starter():
    started = []

    def start(service, data):
        started.append(Starter(service, data))
        return started[-1]

    yield start

    for each in started:
        each.kill()


@pytest.fixture
def processes_in():
    """The processes that work in a folder or below it, as every server of a data folder does."""

    def find(folder):
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                stands_in = (process / "cwd").readlink()
            except OSError:
                continue
            if stands_in.is_relative_to(folder):
                found.append(int(process.name))
        return found

    return find


@pytest.fixture
def within():
    """Whether a condition comes true within so many seconds."""

    def wait(seconds, condition):
        deadline = monotonic() + seconds
        while not condition():
            if monotonic() > deadline:
                return False
            sleep(0.02)
        return True

    return wait


@pytest.fixture
def folder_of_nobody(tmp_path):
    """A folder that root finds in somebody else's hands; to anybody else it is their own."""
    folder = tmp_path / "nobody"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    return folder


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.served)
