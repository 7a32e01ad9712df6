"""The whole platform on one machine: real services, web, workers, schedule; gone when the demo goes."""

import hmac
import json
import os
import secrets
import shlex
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
from cryptography.fernet import Fernet

from agency.foundation.config import Settings
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION, ensure_inspector
from agency.foundation.embedded import child, folder, postgresql, valkey
from wallet.stripe_gateway.local import launch as local_stripe

HOST = "127.0.0.1"
INSPECTOR = "cartera_inspector"
READY_SECONDS = 60
FILLED_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Databases:
    """``is_embedded``: the server is ours alone."""

    owner: str
    application: str
    inspector: str
    is_embedded: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform's processes need to know of the services; written into their pipe as JSON."""

    environment: dict[str, str]
    owner_url: str
    programs_url: str
    has_own_server: bool


@dataclass(frozen=True, slots=True)
class Stack:
    settings: Settings
    databases: Databases
    kept: Path


@contextmanager
def running(data: Path, *, port: int | None, sample: str) -> Iterator[Stack]:
    """Start the services and the platform on them; comes when it serves and is filled."""
    with ExitStack() as stops:
        data.mkdir(parents=True, exist_ok=True)
        stops.enter_context(folder.claimed(data / "demo"))
        kept, unfinished = data / "seeded.json", data / "unfinished"
        if unfinished.exists():
            _forget(data)
        if not kept.exists():
            unfinished.touch()
        crew, pipe = _start_crew(data, sample)
        stops.enter_context(crew)
        with os.fdopen(pipe, "w") as telling:
            databases, environment = _start_services(data, stops, port)
            programs = _start_programs(data, stops)
            told = Told(environment, databases.owner, programs, databases.is_embedded)
            json.dump(asdict(told), telling)
        _keep_for_commands(data / "environment", environment)
        settings = Settings.from_environment(environment)
        crew.wait_until_ready(lambda: kept.exists() and serves(settings.base_url), FILLED_SECONDS)
        unfinished.unlink(missing_ok=True)
        yield Stack(settings, databases, kept)


def _forget(data: Path) -> None:
    """A filling that was cut off begins anew."""
    for service in ("mailbox", "postgresql", "stripe", "valkey"):
        shutil.rmtree(data / service, ignore_errors=True)


def _start_crew(data: Path, sample: str) -> tuple[child.Child, int]:
    """Begun first, because it takes longest; and the end of the pipe in which it waits for what it needs to know."""
    reading, writing = os.pipe()
    arguments = ["-m", "agency.demo.crew", str(reading), str(data), sample]
    crew = _program(data, "platform", arguments, pass_fds=[reading])
    os.close(reading)
    return crew, writing


def _start_services(data: Path, stops: ExitStack, port: int | None) -> tuple[Databases, dict[str, str]]:
    """All at once: each takes a while to come up."""
    with ThreadPoolExecutor() as pool:
        mail, stripe = pool.submit(_start_mail, data), pool.submit(_start_stripe, data)
        queue = pool.submit(_start_queue, data)
        databases = _databases(data, stops)
        _prepare(databases)
        environment = {
            "CARTERA_MODE": "demo",
            "BASE_URL": f"http://{HOST}:{_kept_port(data / 'port', port)}",
            "DATABASE_URL": databases.application,
            "SECRET_KEY": _kept(data / "secret_key", lambda: secrets.token_urlsafe(48)),
            "ENCRYPTION_KEY": _kept(data / "encryption_key", lambda: Fernet.generate_key().decode()),
            "MAILBOX_FOLDER": str((data / "mailbox").absolute()),
            "SIGN_UP_ALLOWED": "yes",
        }
        for service in (mail, stripe, queue):
            server, known = service.result()
            stops.enter_context(server)
            environment |= known
    return databases, environment


def _keep_for_commands(path: Path, environment: dict[str, str]) -> None:
    """What a shell reads so that the operator's commands reach this demo."""
    folder.write_private(path, "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()))


def _databases(data: Path, stops: ExitStack) -> Databases:
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if given:
        # Roles are of the whole server: every demo on it must come to the same passwords.
        password, inspector = (_derived(given, role) for role in (APPLICATION, INSPECTOR))
        owner = given.replace("postgresql://", "postgresql+psycopg://", 1)
        address = owner.rpartition("@")[2]
        return Databases(
            owner,
            f"postgresql+psycopg://{APPLICATION}:{password}@{address}",
            f"postgresql+psycopg://{INSPECTOR}:{inspector}@{address}",
            is_embedded=False,
        )
    password = folder.secret(data / "application_password")
    inspector = folder.secret(data / "inspector_password")
    server = stops.enter_context(postgresql.start(data / "postgresql"))
    return Databases(
        server.owner_url, server.url(APPLICATION, password), server.url(INSPECTOR, inspector), is_embedded=True
    )


def _prepare(databases: Databases) -> None:
    """Here, while the platform's process is still about its imports."""
    schema.upgrade(databases.owner, databases.application)
    inspector = urlsplit(databases.inspector)
    with psycopg.connect(for_driver(databases.owner), autocommit=True) as owner:
        ensure_inspector(owner, str(inspector.username), str(inspector.password))


def _derived(url: str, role: str) -> str:
    """A role's password that only who knows the owner's can tell."""
    owner = urlsplit(url)
    return hmac.digest(f"{owner.username}:{owner.password}".encode(), role.encode(), "sha256").hex()


# Each gives what stops it, and what the platform's environment is to say of it.
Service = tuple[AbstractContextManager[object], dict[str, str]]


def _start_queue(data: Path) -> Service:
    if given := os.environ.get("REDIS_URL"):
        return nullcontext(), {"REDIS_URL": given}
    server = valkey.start(data / "valkey")
    return server, {"REDIS_URL": server.url}


def _start_mail(data: Path) -> Service:
    port = _free_port(None)
    catcher = _program(data, "mail", ["-m", "agency.demo.mail_catcher", str(port), str(data / "mailbox")])
    catcher.wait_until_ready(lambda: _answers(port), READY_SECONDS)
    return catcher, {"SMTP_URL": f"smtp://{HOST}:{port}"}


def _start_programs(data: Path, stops: ExitStack) -> str:
    port = _kept_port(data / "programs_port")
    stops.enter_context(_program(data, "programs", ["-m", "agency.demo.programs", str(port)]))
    return f"http://{HOST}:{port}"


def _start_stripe(data: Path) -> Service:
    """The local card processor, unless the environment names a real one."""
    if os.environ.get("STRIPE_SECRET_KEY"):
        return nullcontext(), {name: value for name, value in os.environ.items() if name.startswith("STRIPE_")}
    server = local_stripe.start(data / "stripe")
    return server.process, {
        "STRIPE_SECRET_KEY": "sk_test_cartera_demo",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_cartera_demo",
        "STRIPE_API_BASE": server.url,
        "STRIPE_JS_URL": server.script_url,
    }


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        folder.write_private(path, make())
    return path.read_text()


def _program(data: Path, name: str, arguments: list[str], *, pass_fds: Sequence[int] = ()) -> child.Child:
    logs = data / "logs"
    logs.mkdir(exist_ok=True)
    return child.start([sys.executable, *arguments], log_path=logs / f"{name}.log", pass_fds=pass_fds)


def _free_port(wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except OSError as error:
            raise child.ServiceFailedToStart(f"port {wanted} is in use; name another with --port") from error
        return int(probe.getsockname()[1])


def _kept_port(path: Path, wanted: int | None = None) -> int:
    """The port of last time while it is free: the addresses in mails and bookmarks stay true."""
    last = int(path.read_text()) if path.exists() else None
    try:
        port = _free_port(wanted or last)
    except child.ServiceFailedToStart:
        if wanted:
            raise
        port = _free_port(None)
    path.write_text(str(port))
    return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def serves(base_url: str) -> bool:
    try:
        with urlopen(f"{base_url}/healthz", timeout=2) as answer:  # noqa: S310  # nosec B310  # Our own address.
            return bool(answer.status == 200)  # noqa: PLR2004  # OK.
    except OSError:
        return False


def write_ready(path: Path, told: dict[str, object]) -> None:
    """All at once, so that whoever waits for the file never reads half of it."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(json.dumps(told, indent=2) + "\n")
    unfinished.replace(path)
