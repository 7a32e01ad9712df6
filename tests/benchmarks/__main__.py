"""``make bench``: every benchmark, a table, and ``.bench/results.json``."""

import importlib
import json
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure

FOLDER = Path(__file__).parent
RESULTS = FOLDER.parents[1] / ".bench" / "results.json"


def main(wanted: list[str]) -> None:
    """Run those whose name begins with one of the given words, such as ``b3``; all of them by default."""
    names = sorted(path.stem for path in FOLDER.glob("b[0-9]*.py"))
    chosen = [name for name in names if not wanted or name.startswith(tuple(wanted))]
    figures = [figure for name in chosen for figure in importlib.import_module(f"tests.benchmarks.{name}").run()]
    _show(figures)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({figure.name: figure.told() for figure in figures}, indent=2) + "\n")


def _show(figures: list[Figure]) -> None:
    print(f"{'benchmark':<44}{'value':>12} {'unit':<8}{'limit':>12}{'ratio':>8}{'reach':>8}  met")
    for figure in figures:
        print(
            f"{figure.name:<44}{figure.value:>12,.1f} {figure.unit:<8}{figure.limit:>12,.1f}"
            f"{figure.ratio:>8.2f}{figure.reach:>8.2f}  {'yes' if figure.met else 'no'}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
