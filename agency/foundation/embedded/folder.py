"""A service's data folder: private, and used by one server at a time."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

PATIENCE_SECONDS = 3.0


class DataFolderInUse(RuntimeError):
    """Another server, of this process or another, is running on the data folder."""


@contextmanager
def claimed(folder: Path) -> Iterator[int]:
    """Lock the folder, which is made if need be, and give the descriptor that holds the lock.

    A server that inherits the descriptor, and every process it forks, keeps the folder locked for as long as
    any of them lives: whoever gets the lock knows that nothing of an earlier server is left. A server that is
    just dying is waited for.

    Raises:
        DataFolderInUse: the lock was not free within PATIENCE_SECONDS.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, folder)
        yield descriptor
    finally:
        # Closing leaves the lock with the heirs, which unlocking would not.
        os.close(descriptor)


def secret(path: Path) -> str:
    """The random password kept in a file that its owner alone may read; made at the first call."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        write_private(unfinished, secrets.token_urlsafe(24))
        unfinished.replace(path)
    return path.read_text(encoding="ascii")


def write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _lock(descriptor: int, folder: Path) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() > deadline:
                raise DataFolderInUse(f"another server is running on {folder}") from None
            sleep(0.05)
        else:
            return
