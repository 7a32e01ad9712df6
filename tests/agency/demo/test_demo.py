"""``cartera demo`` as whoever tries the product meets it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

PATIENCE_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


class Demo:
    def __init__(self, folder):
        self.ready = folder / "ready.json"
        self.data = folder / "data"
        self.ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "agency.commands", "demo", "--empty"]
        options = ["--data-dir", self.data, "--ready-file", self.ready]
        self.process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        eventually(self.ready.exists)
        self.told = json.loads(self.ready.read_text())

    def send(self, method, path, **body):
        headers = {"Authorization": f"Bearer {self.told['agency_api_key']}"}
        url = f"{self.told['url']}/api/v1{path}"
        return httpx.request(method, url, json=body or None, headers=headers, timeout=60).raise_for_status().json()

    def processes(self):
        """The pids of its session's processes: those whose command or logs name the data folder."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if str(self.data) in names_of(path)]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()
        eventually(lambda: not self.processes())


def names_of(process):
    try:
        links = [str(link.readlink()) for link in (process / "fd").iterdir()]
        return (process / "cmdline").read_text() + "".join(links)
    except OSError:
        return ""


def eventually(condition):
    deadline = monotonic() + PATIENCE_SECONDS
    while not condition():
        assert monotonic() < deadline, "it did not come true"
        sleep(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


class TestDemo:
    def test_goes_by_kill_9_with_all_it_began_and_finds_its_data_again(self, folder):
        demo = Demo(folder)
        opened = demo.send("POST", "/sub-accounts", name="Kept", country="US", currency="USD")

        demo.stop(signal.SIGKILL)
        again = Demo(folder)

        assert again.send("GET", f"/sub-accounts/{opened['id']}")["name"] == "Kept"
        again.stop()

    def test_begins_anew_a_process_that_died(self, folder):
        demo = Demo(folder)
        web = next(pid for pid in demo.processes() if is_writing(pid, demo.data / "logs" / "web.log"))

        os.kill(web, signal.SIGKILL)

        eventually(lambda: is_served(demo))
        demo.stop()
        assert not demo.ready.exists()


def is_writing(pid, log):
    return Path(f"/proc/{pid}/fd/1").resolve() == log.resolve()


def is_served(demo):
    try:
        return bool(demo.send("GET", "/sub-accounts"))
    except httpx.HTTPError:
        return False
