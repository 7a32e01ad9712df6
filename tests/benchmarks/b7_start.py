"""B7: how long a second ``cartera demo`` takes to its first page, and what a web worker weighs."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep
from urllib.request import urlopen

from tests.benchmarks.figures import Figure

CARTERA = Path(sys.executable).with_name("cartera")
SECONDS_MAX = 5.0
MEGABYTES_MAX = 160.0
PATIENCE_SECONDS = 600


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        _start_and_stop(Path(folder))
        seconds, megabytes = _start_and_stop(Path(folder))
    return [
        Figure("B7", seconds, "s", SECONDS_MAX, 1.0, smaller_is_better=True),
        Figure("B7 memory", megabytes, "MB", MEGABYTES_MAX, 1.0, smaller_is_better=True),
    ]


def _start_and_stop(folder: Path) -> tuple[float, float]:
    ready = folder / "ready.json"
    began = perf_counter()
    command = [CARTERA, "demo", "--data-dir", folder / "data", "--ready-file", ready]
    demo = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not ready.exists():
            if demo.poll() is not None or perf_counter() - began > PATIENCE_SECONDS:
                raise RuntimeError("the demo did not start")
            sleep(0.02)
        url = json.loads(ready.read_text())["url"]
        with urlopen(f"{url}/sign-in") as page:
            page.read()
        seconds = perf_counter() - began
        return seconds, _heaviest_worker(folder / "data" / "logs" / "web.log")
    finally:
        demo.terminate()
        demo.wait()
        ready.unlink(missing_ok=True)


def _heaviest_worker(log: Path) -> float:
    """Megabytes of the largest web worker of this start: all that it has resident, shared or not."""
    begun = re.findall(r"Booting worker with pid: (\d+)", log.read_text())
    return max(_resident_megabytes(int(pid)) for pid in begun)


def _resident_megabytes(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    kilobytes = [int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Rss:")]
    return sum(kilobytes) / 1024
