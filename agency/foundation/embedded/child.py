"""Child processes that never outlive this one: services of the wheels and our own programs alike."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, Self

from agency.foundation.embedded import launch

LOG_TAIL_LINES = 15
PROBE_PAUSE_SECONDS = 0.02
GENTLE_STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


class ServiceFailedToStart(RuntimeError):
    """A child ended before it was ready, or was not ready in time; the message carries its log's end."""


class Child:
    def __init__(self, process: subprocess.Popen[bytes], life: Thread, log_path: Path) -> None:
        self._process = process
        self._life = life
        self.log_path = log_path

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._life.is_alive()

    @property
    def exit_code(self) -> int | None:
        """What it ended with: a negative number is the signal that ended it, None says it still runs."""
        return self._process.returncode

    def send(self, number: int) -> None:
        if self.running:
            self._process.send_signal(number)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end, at most so many seconds; says whether it has ended."""
        self._life.join(timeout)
        return not self.running

    def wait_until_ready(self, probe: Callable[[], bool], timeout: float) -> None:
        """Ask the probe until it says yes.

        Raises:
            ServiceFailedToStart: the child ended first, or the seconds ran out; it is stopped then.
        """
        try:
            self._await(probe, timeout)
        except BaseException:
            self.stop()
            raise

    def log_tail(self) -> str:
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def stop(self, steps: Iterable[tuple[signal.Signals, float]] = GENTLE_STOP) -> None:
        """End it by the given signals, each with the seconds it is granted before the next."""
        for number, patience in steps:
            self.send(number)
            if self.wait(patience):
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _await(self, probe: Callable[[], bool], timeout: float) -> None:
        deadline = monotonic() + timeout
        while not probe():
            if not self.running:
                raise ServiceFailedToStart(f"{self.log_path.stem} ended with {self.exit_code}:\n{self.log_tail()}")
            if monotonic() > deadline:
                raise ServiceFailedToStart(
                    f"{self.log_path.stem} was not ready within {timeout:g} s:\n{self.log_tail()}"
                )
            sleep(PROBE_PAUSE_SECONDS)


def start(
    argv: Sequence[str],
    *,
    log_path: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    unprivileged_in: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> Child:
    """Start a program that receives `death_signal` when this process dies, however it dies.

    Its output goes to `log_path`; the log of the start before is kept beside it as `.old`. It leads a
    process group of its own, so that Ctrl-C at a terminal reaches only the starter, which then stops it in
    order; what is left of the group when the child ends is killed. With `unprivileged_in`, root becomes
    somebody else who may use that folder.
    """
    if log_path.exists():
        log_path.replace(log_path.with_suffix(".old"))
    folder = str(unprivileged_in or "")
    command = [
        sys.executable,
        "-I",
        "-S",
        launch.__file__,
        str(os.getpid()),
        str(int(death_signal)),
        folder,
        *argv,
    ]
    birth: Future[subprocess.Popen[bytes]] = Future()
    with log_path.open("wb") as log:
        options = {"env": env, "cwd": cwd, "pass_fds": pass_fds, "stdout": log, "stderr": log}
        life = Thread(target=_live, args=(birth, command, options), name=f"life of {log_path.stem}", daemon=True)
        life.start()
        return Child(birth.result(), life, log_path)


def _live(birth: "Future[subprocess.Popen[bytes]]", command: list[str], options: dict[str, Any]) -> None:
    # To the kernel the parent is the thread that forked, so that thread has to last as long as the child.
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)  # noqa: S603
    except OSError as error:
        birth.set_exception(error)
        return
    birth.set_result(process)
    process.wait()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
