from datetime import UTC, datetime, timedelta

import pytest

from agency.webhooks.rules import (
    GIVEN_UP_AFTER,
    PAUSES,
    TRIES_MAX,
    host_of,
    is_given_up,
    is_private_literal,
    is_public,
    next_pause,
    wants,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestNextPause:
    def test_grows_from_seconds_to_a_day(self):
        pauses = [next_pause(tries) for tries in range(1, TRIES_MAX)]

        assert pauses == sorted(PAUSES)
        assert (pauses[0], pauses[-1]) == (timedelta(seconds=5), timedelta(days=1))

    def test_ends_with_the_last_try(self):
        assert next_pause(TRIES_MAX) is None


class TestIsGivenUp:
    def test_takes_days_of_nothing_but_failures(self):
        assert is_given_up(NOON - GIVEN_UP_AFTER, NOON)
        assert not is_given_up(NOON - GIVEN_UP_AFTER + timedelta(seconds=1), NOON)

    def test_is_over_within_the_tries_of_one_delivery(self):
        assert sum(PAUSES, timedelta()) >= GIVEN_UP_AFTER


class TestWants:
    def test_means_everything_where_nothing_was_chosen(self):
        assert wants([], "wallet.recharged")

    def test_keeps_to_what_was_chosen(self):
        assert wants(["wallet.recharged"], "wallet.recharged")
        assert not wants(["wallet.recharged"], "charge.settled")


class TestIsPublic:
    @pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"])
    def test_holds_for_the_open_internet(self, address):
        assert is_public(address)

    @pytest.mark.parametrize(
        "address",
        [
            *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "0.0.0.1"),
            *("169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
            *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
            *("2002:7f00:1::", "2001:0:5ef5:79fd:0:0:80ff:fffe", "fe80::1", "fe80::1%2", "fec0::1", "fc00::1"),
            *("fd00::1", "ff02::1", "2001:db8::1"),
        ],
    )
    def test_fails_for_every_other_network(self, address):
        assert not is_public(address)


class TestHostOf:
    @pytest.mark.parametrize(
        "url", ["https://hooks.example", "https://hooks.example:8443/in?key=1", "https://hooks.example/a%20b"]
    )
    def test_is_the_host_of_a_whole_https_address(self, url):
        assert host_of(url, ["https"]) == "hooks.example"

    def test_knows_numeric_hosts(self):
        assert host_of("https://[::1]:8443/in", ["https"]) == "::1"

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "http://hooks.example",
                "ftp://hooks.example",
                "hooks.example",
                "//hooks.example",
                "https://",
                "https:///x",
            ),
            *("https://ana:secret@hooks.example", "https://ana@hooks.example", "https://@hooks.example"),
            *("https://hooks.example#part", "https://hooks.example:0", "https://hooks.example:99999"),
            *("https://hooks.example:x", "https://hooks example", "https://h\\@evil.example", "https://añil.example"),
            *("https://[::1", "javascript:alert(1)", "https://hooks.example/<b>", "https://hooks.example/\n"),
        ],
    )
    def test_is_none_for_anything_else(self, url):
        assert host_of(url, ["https"]) is None


class TestIsPrivateLiteral:
    @pytest.mark.parametrize(
        "host", ["localhost", "db.localhost", "printer.local", "vault.internal", "10.0.0.1", "::1"]
    )
    def test_sees_without_asking(self, host):
        assert is_private_literal(host)

    @pytest.mark.parametrize("host", ["hooks.example", "93.184.216.34", "localhost.example"])
    def test_leaves_other_names_to_the_moment_of_sending(self, host):
        assert not is_private_literal(host)
