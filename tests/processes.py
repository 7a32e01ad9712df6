"""Work that is killed, in a process of its own: a fork of one that has imported the application already."""

from collections.abc import Callable
from multiprocessing import get_context

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["agency.app"])
PATIENCE_SECONDS = 120


def end_of(work: Callable[..., None], *arguments: object) -> int | None:
    """Do the work and answer how its process ended."""
    process = FORKS.Process(target=work, args=arguments)
    process.start()
    process.join(PATIENCE_SECONDS)
    return process.exitcode
