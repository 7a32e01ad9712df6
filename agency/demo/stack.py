"""The whole platform on one machine: real services, web, workers, schedule; gone when the demo goes."""

import hmac
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
from cryptography.fernet import Fernet

from agency.foundation.config import Settings
from agency.foundation.database import schema
from agency.foundation.database.roles import APPLICATION, ensure_inspector
from agency.foundation.embedded import child, folder, postgresql, valkey
from wallet.stripe_gateway.local import launch as local_stripe

HOST = "127.0.0.1"
INSPECTOR = "cartera_inspector"
WORKERS = 2
READY_SECONDS = 60


class PortTaken(Exception):
    """The port that was asked for is in use."""


@dataclass(frozen=True, slots=True)
class Databases:
    owner: str
    application: str
    inspector: str


@dataclass(frozen=True, slots=True)
class Stack:
    settings: Settings
    databases: Databases
    folder: Path


@contextmanager
def running(data: Path, *, port: int | None) -> Iterator[tuple[Stack, Callable[[], None]]]:
    """Start the services and bring the schema up; gives the stack, and how to start the web and its workers."""
    with ExitStack() as stops:
        data.mkdir(parents=True, exist_ok=True)
        stops.enter_context(folder.claimed(data / "demo"))
        databases = _databases(data, stops)
        mail_port = _start_mail(data, stops)
        stripe = _start_stripe(data, stops)
        web_port = _free_port(port)
        environment = _environment(data, stops, databases, web_port=web_port, mail_port=mail_port) | stripe
        settings = Settings.from_environment(environment)
        schema.upgrade(databases.owner, databases.application)
        _allow_inspection(databases)
        yield Stack(settings, databases, data), lambda: _start_platform(data, stops, environment, settings)


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
        )
    password = folder.secret(data / "application_password")
    inspector = folder.secret(data / "inspector_password")
    server = stops.enter_context(postgresql.start(data / "postgresql"))
    return Databases(server.owner_url, server.url(APPLICATION, password), server.url(INSPECTOR, inspector))


def _derived(url: str, role: str) -> str:
    """A role's password that only who knows the owner's can tell."""
    owner = urlsplit(url)
    return hmac.digest(f"{owner.username}:{owner.password}".encode(), role.encode(), "sha256").hex()


def _allow_inspection(databases: Databases) -> None:
    password = databases.inspector.rpartition("@")[0].rpartition(":")[2]
    with psycopg.connect(databases.owner.replace("+psycopg", "", 1), autocommit=True) as owner:
        ensure_inspector(owner, INSPECTOR, password)


def _redis_url(data: Path, stops: ExitStack) -> str:
    return os.environ.get("REDIS_URL") or stops.enter_context(valkey.start(data / "valkey")).url


def _start_mail(data: Path, stops: ExitStack) -> int:
    port = _free_port(None)
    catcher = _program(data, "mail", ["-m", "agency.demo.mail_catcher", str(port), str(data / "mailbox")])
    stops.enter_context(catcher)
    catcher.wait_until_ready(lambda: _answers(port), READY_SECONDS)
    return port


def _start_stripe(data: Path, stops: ExitStack) -> dict[str, str]:
    """The local card processor, unless the environment names a real one."""
    if os.environ.get("STRIPE_SECRET_KEY"):
        return {name: value for name, value in os.environ.items() if name.startswith("STRIPE_")}
    server = local_stripe.start(data / "stripe")
    stops.enter_context(server.process)
    return {
        "STRIPE_SECRET_KEY": "sk_test_cartera_demo",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_cartera_demo",
        "STRIPE_API_BASE": server.url,
        "STRIPE_JS_URL": server.script_url,
    }


def _environment(
    data: Path, stops: ExitStack, databases: Databases, *, web_port: int, mail_port: int
) -> dict[str, str]:
    """Everything a process of the platform reads; secrets are made once and kept with the data."""
    return {
        "CARTERA_MODE": "demo",
        "BASE_URL": f"http://{HOST}:{web_port}",
        "DATABASE_URL": databases.application,
        "REDIS_URL": _redis_url(data, stops),
        "SECRET_KEY": _kept(data / "secret_key", lambda: secrets.token_urlsafe(48)),
        "ENCRYPTION_KEY": _kept(data / "encryption_key", lambda: Fernet.generate_key().decode()),
        "SMTP_URL": f"smtp://{HOST}:{mail_port}",
        "MAILBOX_FOLDER": str((data / "mailbox").absolute()),
        "SIGN_UP_ALLOWED": "yes",
    }


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        folder.write_private(path, make())
    return path.read_text()


def _start_platform(data: Path, stops: ExitStack, environment: dict[str, str], settings: Settings) -> None:
    port = settings.base_url.rpartition(":")[2]
    web = _program(data, "web", ["-m", "agency.commands", "serve", "--bind", f"{HOST}:{port}"], environment)
    stops.enter_context(web)
    web.wait_until_ready(lambda: _answers_page(f"{settings.base_url}/healthz"), READY_SECONDS)
    for number in range(WORKERS):
        stops.enter_context(_program(data, f"worker-{number}", ["-m", "agency.commands", "worker"], environment))
    stops.enter_context(_program(data, "scheduler", ["-m", "agency.commands", "scheduler"], environment))


def _program(data: Path, name: str, arguments: list[str], environment: dict[str, str] | None = None) -> child.Child:
    logs = data / "logs"
    logs.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name not in (environment or {})}
    return child.start([sys.executable, *arguments], log_path=logs / f"{name}.log", env=inherited | (environment or {}))


def _free_port(wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except OSError as error:
            raise PortTaken(f"port {wanted} is in use; name another with --port") from error
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _answers_page(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310  # nosec B310  # Our own address.
            return bool(answer.status == 200)  # noqa: PLR2004  # OK.
    except OSError:
        return False


def write_ready(path: Path, told: dict[str, object]) -> None:
    """All at once, so that whoever waits for the file never reads half of it."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(json.dumps(told, indent=2) + "\n")
    unfinished.replace(path)
