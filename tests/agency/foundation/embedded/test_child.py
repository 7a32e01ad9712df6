import os
import signal
import sys
from threading import Thread

import pytest

from agency.foundation.embedded import child

SLEEPER = ["/bin/sleep", "600"]
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
FORKER = """
import os, time
if os.fork():
    print("forked", flush=True)
time.sleep(600)
"""
PARENT = """
import sys, time
from pathlib import Path
from agency.foundation.embedded import child
child.start(["/bin/sleep", "600"], log_path=Path("sleeper.log"))
print("born", flush=True)
time.sleep(600)
"""


@pytest.fixture
def begin(tmp_path, within):
    """Start a Python program that stands in `tmp_path`, and wait for its first line."""

    def start(code):
        started = child.start([sys.executable, "-c", code], log_path=tmp_path / "child.log", cwd=tmp_path)
        assert within(10, lambda: started.log_tail() != "")
        return started

    return start


class TestStart:
    def test_becomes_the_program_itself(self, tmp_path):
        log = tmp_path / "pid.log"

        started = child.start([sys.executable, "-c", "import os; print(os.getpid())"], log_path=log)
        started.wait(10)

        assert log.read_text() == f"{started.pid}\n"

    def test_hands_over_environment_and_folder(self, tmp_path):
        log = tmp_path / "env.log"
        argv = [sys.executable, "-c", "import os; print(os.environ['WORD'], os.getcwd())"]

        child.start(argv, log_path=log, env={"WORD": "hola"}, cwd=tmp_path).wait(10)

        assert log.read_text() == f"hola {tmp_path}\n"

    def test_keeps_the_log_of_the_start_before(self, tmp_path):
        log = tmp_path / "word.log"
        child.start([sys.executable, "-c", "print('first')"], log_path=log).wait(10)

        child.start([sys.executable, "-c", "print('second')"], log_path=log).wait(10)

        assert (log.read_text(), log.with_suffix(".old").read_text()) == ("second\n", "first\n")

    def test_outlives_the_thread_that_called_it(self, begin):
        started = []
        # The first line says that the kernel has been asked; a thread that ends before that tells nothing.
        thread = Thread(target=lambda: started.append(begin("print('here', flush=True); import time; time.sleep(600)")))

        thread.start()
        thread.join()

        assert not started[0].wait(0.3)
        started[0].stop()

    def test_dies_with_its_parent(self, tmp_path, begin, within, processes_in):
        parent = begin(PARENT)
        assert len(processes_in(tmp_path)) == 2

        os.kill(parent.pid, signal.SIGKILL)

        assert within(3, lambda: processes_in(tmp_path) == [])

    def test_takes_the_processes_it_forked_along(self, tmp_path, begin, within, processes_in):
        forker = begin(FORKER)
        assert len(processes_in(tmp_path)) == 2

        os.kill(forker.pid, signal.SIGKILL)

        assert within(3, lambda: processes_in(tmp_path) == [])


class TestStop:
    def test_ends_it_by_the_gentle_signal(self, tmp_path):
        sleeper = child.start(SLEEPER, log_path=tmp_path / "s.log")

        sleeper.stop()

        assert (sleeper.running, sleeper.exit_code) == (False, -signal.SIGTERM)

    def test_ends_it_by_force_when_it_does_not_listen(self, begin):
        deaf = begin(DEAF)

        deaf.stop(((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)))

        assert deaf.exit_code == -signal.SIGKILL

    def test_is_harmless_twice(self, tmp_path):
        sleeper = child.start(SLEEPER, log_path=tmp_path / "s.log")
        sleeper.stop()

        sleeper.stop()

        assert not sleeper.running


class TestWaitUntilReady:
    def test_returns_once_the_probe_says_yes(self, tmp_path):
        answers = iter([False, False, True])

        with child.start(SLEEPER, log_path=tmp_path / "s.log") as sleeper:
            sleeper.wait_until_ready(lambda: next(answers), timeout=5)

            assert sleeper.running

    def test_shows_the_end_of_the_log_of_a_child_that_ended(self, tmp_path):
        failing = child.start([sys.executable, "-c", "raise SystemExit('out of luck')"], log_path=tmp_path / "f.log")

        with pytest.raises(child.ServiceFailedToStart, match=r"f ended with 1:\nout of luck"):
            failing.wait_until_ready(lambda: False, timeout=10)

    def test_stops_a_child_that_is_never_ready(self, tmp_path):
        sleeper = child.start(SLEEPER, log_path=tmp_path / "s.log")

        with pytest.raises(child.ServiceFailedToStart, match=r"s was not ready within 0\.1 s"):
            sleeper.wait_until_ready(lambda: False, timeout=0.1)

        assert not sleeper.running

    def test_stops_the_child_when_it_is_interrupted(self, tmp_path):
        sleeper = child.start(SLEEPER, log_path=tmp_path / "s.log")

        def interrupted():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sleeper.wait_until_ready(interrupted, timeout=5)

        assert not sleeper.running

    def test_names_a_program_that_does_not_exist(self, tmp_path):
        missing = child.start([str(tmp_path / "nothing")], log_path=tmp_path / "m.log")

        with pytest.raises(child.ServiceFailedToStart, match="No such file or directory"):
            missing.wait_until_ready(lambda: False, timeout=10)
