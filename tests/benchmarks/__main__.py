"""``make bench``: every benchmark, a table, and ``.bench/results.json``."""

import json
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.figures import Figure, measured

FOLDER = Path(__file__).parent
RESULTS = FOLDER.parents[1] / ".bench" / "results.json"


def main(wanted: list[str]) -> None:
    """Run those whose name begins with one of the given words, such as ``b3``; all of them by default.

    Each in a process of its own: none finds what another has subscribed, cached or grown to.
    """
    names = sorted(path.stem for path in FOLDER.glob("b[0-9]*.py"))
    chosen = [name for name in names if not wanted or name.startswith(tuple(wanted))]
    figures, failed = [], []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as alone:
        for name in chosen:
            try:
                figures += alone.submit(measured, name).result()
            except Exception:  # noqa: BLE001  # Whatever it is, the others are measured.
                traceback.print_exc()
                failed.append(name)
    _show(figures)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({figure.name: figure.told() for figure in figures}, indent=2) + "\n")
    if failed:
        sys.exit(f"Not measured, since they failed: {', '.join(failed)}")


def _show(figures: list[Figure]) -> None:
    print(f"{'benchmark':<44}{'value':>12} {'unit':<8}{'limit':>12}{'ratio':>8}{'reach':>8}  met")
    for figure in figures:
        print(
            f"{figure.name:<44}{figure.value:>12,.1f} {figure.unit:<8}{figure.limit:>12,.1f}"
            f"{figure.ratio:>8.2f}{figure.reach:>8.2f}  {'yes' if figure.met else 'no'}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
