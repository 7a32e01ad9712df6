"""The door out, against real receivers on this machine."""

import socket
import ssl
import time
from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agency.foundation import clock
from agency.webhooks import sending
from agency.webhooks.models import Failure
from agency.webhooks.sending import Outcome, send
from tests.agency.webhooks.receiver import Receiver

NAME = "hooks.example"


def sent(url, *, may_be_private=True):
    return send(url, headers={"webhook-id": "evt_1"}, body=b"{}", may_be_private=may_be_private)


class TestSend:
    def test_posts_the_body_and_hears_the_answer(self, receiver):
        outcome = sent(f"{receiver.url}/in?key=1")

        [got] = receiver.received
        assert (got.path, got.body, got.headers["webhook-id"]) == ("/in?key=1", "{}", "evt_1")
        assert outcome == Outcome(None, 200, "thanks")

    @pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
    def test_takes_only_a_success_for_one(self, receiver, status):
        receiver.status = status

        assert sent(receiver.url) == Outcome(Failure.REFUSED, status, "thanks")

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_follows_no_redirect(self, receiver, status):
        receiver.status, receiver.location = status, f"{receiver.url}/elsewhere"

        assert sent(receiver.url).failure is Failure.REFUSED
        assert [got.path for got in receiver.received] == ["/"]

    def test_gives_up_on_a_receiver_that_is_silent(self, receiver, monkeypatch):
        monkeypatch.setattr(sending, "SECONDS_MAX", 0.3)
        receiver.seconds = 1

        assert sent(receiver.url) == Outcome(Failure.TIMED_OUT)

    def test_gives_up_on_one_that_answers_letter_by_letter(self, monkeypatch, dripping):
        monkeypatch.setattr(sending, "SECONDS_MAX", 0.4)

        assert sent(dripping) == Outcome(Failure.TIMED_OUT)

    def test_keeps_the_beginning_of_an_answer(self, receiver):
        receiver.answer = b"a\x00\xff" + b"b" * 100_000

        outcome = sent(receiver.url)

        assert outcome.failure is None
        assert outcome.excerpt.startswith("a\ufffdbbb")
        assert len(outcome.excerpt) < sending.EXCERPT_BYTES_MAX

    def test_says_that_nobody_is_there(self, unused_port):
        assert sent(f"http://127.0.0.1:{unused_port}") == Outcome(Failure.UNREACHABLE)

    def test_says_that_the_host_has_no_address(self, monkeypatch):
        monkeypatch.setattr(socket, "getaddrinfo", names({}))

        assert sent("https://nowhere.example") == Outcome(Failure.UNKNOWN_HOST)


class TestSendToPublicAddressesAlone:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
    def test_refuses_this_machine_however_it_is_written(self, receiver, host):
        url = receiver.url.replace("127.0.0.1", host)

        assert sent(url, may_be_private=False) == Outcome(Failure.PRIVATE_ADDRESS)
        assert receiver.received == []

    @pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]])
    def test_refuses_a_name_that_means_a_private_one(self, monkeypatch, addresses):
        monkeypatch.setattr(socket, "getaddrinfo", names({NAME: addresses}))

        assert sent(f"https://{NAME}", may_be_private=False) == Outcome(Failure.PRIVATE_ADDRESS)

    def test_connects_to_the_address_it_looked_at(self, monkeypatch, receiver):
        """A name that means another address a moment later gains nothing."""
        asked = []
        answers = iter([["127.0.0.1"], ["10.0.0.7"]])

        def rebinding(host, port, **_):
            asked.append(host)
            return found(next(answers), port)

        monkeypatch.setattr("agency.webhooks.sending.socket.getaddrinfo", rebinding)
        monkeypatch.setattr(sending, "is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr(socket, "create_connection", connecting_without_asking)

        assert sent(receiver.url.replace("127.0.0.1", NAME), may_be_private=False).failure is None
        assert asked == [NAME]


class TestSendByTls:
    def test_checks_the_certificate_against_the_name(self, monkeypatch, secure):
        monkeypatch.setattr(socket, "getaddrinfo", names({NAME: ["127.0.0.1"]}))

        assert sent(secure.url).failure is None
        assert secure.received[0].headers["host"].startswith(NAME)

    def test_refuses_another_ones_certificate(self, monkeypatch, secure):
        monkeypatch.setattr(socket, "getaddrinfo", names({"other.example": ["127.0.0.1"]}))

        assert sent(secure.url.replace(NAME, "other.example")) == Outcome(Failure.CERTIFICATE)
        assert secure.received == []


REAL_LOOKUP = socket.getaddrinfo


def names(known):
    """A name service that knows these names, and numbers."""

    def look_up(host, port, *rest, **options):
        if host.replace(".", "").isdigit():
            return REAL_LOOKUP(host, port, *rest, **options)
        if host not in known:
            raise socket.gaierror
        return found(known[host], port)

    return look_up


def found(addresses, port):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def connecting_without_asking(address, timeout, source_address):
    connection = socket.socket()
    connection.settimeout(timeout)
    connection.connect(address)
    return connection


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def dripping():
    """Sends a header that never ends, and is never quiet for long."""

    def drip(connection):
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(40):
                connection.sendall(b"x")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=lambda: drip(server.accept()[0]), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """A receiver with a certificate for ``hooks.example``, which the platform trusts for this test."""
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(self_signed(NAME))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    listening = Receiver()
    server = listening.start(context)
    listening.url = f"https://{NAME}:{server.server_port}"
    yield listening
    server.shutdown()
    server.server_close()


def self_signed(name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock.wall() - timedelta(days=1))
        .not_valid_after(clock.wall() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(form, *plain) + made.public_bytes(form)
