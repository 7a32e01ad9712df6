"""When Python looks for garbage: rarely, and never through what was imported."""

import gc

# A set of ten thousand rows makes a million objects that all stay until it is written: to look through them every few
# hundred, as Python does by default, takes a quarter of the time of a billing run.
YOUNG, MIDDLE, OLD = 50_000, 20, 100


def settle() -> None:
    """For a process that has imported and built all it needs, before it does its work."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
