"""Starts the local Stripe as a child process; for the demo, and for tests that kill it."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from agency.foundation.embedded import child

_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class RunningLocalStripe:
    """`url` is the SDK's `base_addresses["api"]`, the script's origin, and where `/_control/` answers."""

    url: str
    process: child.Child

    @property
    def script_url(self) -> str:
        return f"{self.url}/v3/"


def start(folder: Path, port: int = 0) -> RunningLocalStripe:
    """Serve what the folder holds from before, or an empty Stripe; it dies with the calling process.

    Raises:
        ServiceFailedToStart: it ended at once, as when the port is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready_file = folder / "ready.json"
    ready_file.unlink(missing_ok=True)
    process = child.start(
        [
            *(sys.executable, "-m", "wallet.stripe_gateway.local"),
            *("--port", str(port), "--data", str(folder / "stripe.sqlite"), "--ready-file", str(ready_file)),
        ],
        log_path=folder / "stripe.log",
    )
    process.wait_until_ready(ready_file.exists, _PATIENCE_SECONDS)
    return RunningLocalStripe(json.loads(ready_file.read_text())["url"], process)
