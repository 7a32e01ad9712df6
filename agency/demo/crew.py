"""The demo's web, workers and schedule, forked from one process, in which all is imported and the app is built once."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import psycopg
from flask import Flask

from agency.app import create_app
from agency.demo.sample import filling
from agency.demo.stack import Told, serves
from agency.foundation import memory
from agency.foundation.config import Settings
from agency.foundation.database.addresses import for_driver
from agency.foundation.embedded.launch import die_with_parent
from agency.serving import serve
from agency.worker import keep_schedule, work

WORKERS = 2
PAUSE_SECONDS = 0.5  # Before a member that ended by itself is begun anew.
# Who ends so soon so often cannot start at all, such as when its port was taken meanwhile.
SOON_SECONDS, FALLS_MAX = 10.0, 5
FORK = get_context("fork")
FILLING = "filling"
STOP_SECONDS = 8.0

Duty = Callable[[], None]


def main(descriptor: str, data: str, sample: str) -> None:
    """Wait for the environment that the services come to, then serve until told to stop.

    ``sample``: what an empty platform is filled with, ``quarter`` or ``sandbox``.
    """
    with open(int(descriptor), encoding="utf-8") as pipe:  # noqa: PTH123  # A descriptor, not a path.
        told = Told(**json.load(pipe))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    settings = Settings.from_environment(os.environ | told.environment)
    app = create_app(settings)  # Connects to nothing until it is asked, so that it may be forked.
    memory.settle()
    duties = _duties(app, settings)
    kept = Path(data, "seeded.json")
    if not kept.exists():
        duties[FILLING] = lambda: _fill(app, settings, told, kept, sample)
    keep(duties, Path(data, "logs"))


def _duties(app: Flask, settings: Settings) -> dict[str, Duty]:
    duties: dict[str, Duty] = {"web": lambda: serve(settings, bind=urlsplit(settings.base_url).netloc, app=app)}
    for number in range(WORKERS):
        duties[f"worker-{number}"] = lambda: work(app)
    duties["scheduler"] = lambda: keep_schedule(app)
    return duties


def _fill(app: Flask, settings: Settings, told: Told, kept: Path, sample: str) -> None:
    """The sample is made by the platform itself, through its API."""
    with app.app_context():
        if sample == "sandbox":
            filling.open_sandbox().write(kept)
            return
        agencies = filling.open_agencies()
        while not serves(settings.base_url):
            sleep(PAUSE_SECONDS)
        with _unsynced(told.owner_url) if told.has_own_server else nullcontext():
            seeded = filling.live_the_quarter(settings, told.programs_url, agencies)
        filling.go_live(told.owner_url, agencies)
        seeded.write(kept)


@contextmanager
def _unsynced(owner_url: str) -> Iterator[None]:
    """A filling that is cut off begins anew, so nothing of it need be on the disk before its end."""
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        try:
            _set_sync(owner, is_on=False)
            yield
        finally:
            _set_sync(owner, is_on=True)
            os.sync()


def _set_sync(owner: psycopg.Connection, *, is_on: bool) -> None:
    owner.execute(f"ALTER SYSTEM {'RESET fsync' if is_on else 'SET fsync = off'}")
    owner.execute("SELECT pg_reload_conf()")


def keep(duties: Mapping[str, Duty], logs: Path) -> None:
    """One member for each duty; who ends by itself is begun anew, except who was done or could not fill."""
    for log in logs.glob("*.log"):
        if log.stem in duties:
            log.replace(log.with_suffix(".old"))
    members = {name: _begin(name, duty, logs) for name, duty in duties.items()}
    began, falls = dict.fromkeys(members, monotonic()), Counter[str]()
    try:
        while True:
            connection.wait([member.sentinel for member in members.values()])
            for name, member in list(members.items()):
                if member.is_alive():
                    continue
                if name == FILLING:
                    if member.exitcode:
                        sys.exit("The sample could not be filled.")
                    del members[name]
                else:
                    falls[name] = falls[name] + 1 if monotonic() - began[name] < SOON_SECONDS else 1
                    if falls[name] >= FALLS_MAX:
                        sys.exit(f"The demo's {name} cannot start; {logs / name}.log says why.")
                    sleep(PAUSE_SECONDS)
                    members[name], began[name] = _begin(name, duties[name], logs), monotonic()
    finally:
        _end(members.values())


def _begin(name: str, duty: Duty, logs: Path) -> ForkProcess:
    member = FORK.Process(target=_serve_duty, args=(duty, logs / f"{name}.log", os.getpid()), name=name)
    member.start()
    return member


def _end(members: Collection[ForkProcess]) -> None:
    for member in members:
        member.terminate()
    for member in members:
        member.join(STOP_SECONDS)
        member.kill()


def _serve_duty(duty: Duty, log_path: Path, parent: int) -> None:
    die_with_parent(parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with log_path.open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    duty()


if __name__ == "__main__":
    main(*sys.argv[1:])
