from time import monotonic, sleep

PATIENCE_SECONDS = 60


def eventually(condition):
    """Its first answer that is true."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert monotonic() < deadline, "it did not come true"
        sleep(0.05)
    return found
