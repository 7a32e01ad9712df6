"""`python -m wallet.stripe_gateway.local --port N --data FILE.sqlite [--ready-file FILE]`."""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from wallet.stripe_gateway.local.application import LocalStripe
from wallet.stripe_gateway.local.server import Server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--data", required=True, type=click.Path(dir_okay=False), help="SQLite file that holds everything.")
@click.option("--ready-file", type=click.Path(dir_okay=False, path_type=Path), help="Told the address once serving.")
def main(host: str, port: int, data: str, ready_file: Path | None) -> None:
    """Serve a local Stripe until stopped; the same file continues where it left off."""
    server = Server(host, port, LocalStripe(data))
    signal.signal(signal.SIGTERM, _stop)
    if ready_file:
        _announce(ready_file, server.url)
    click.echo(f"Local Stripe at {server.url}", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _announce(ready_file: Path, url: str) -> None:
    """Written aside and moved, so that nobody reads half of it."""
    aside = ready_file.with_suffix(".part")
    aside.write_text(json.dumps({"url": url, "pid": os.getpid()}))
    aside.replace(ready_file)


if __name__ == "__main__":
    main()
