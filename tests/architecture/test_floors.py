"""The contracts of ``pyproject.toml``: floors, rooms, no circles, only the gateway speaks to Stripe, pure rules."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def test_imports_point_down():
    linted = subprocess.run([LINTER, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert linted.returncode == 0, linted.stdout
