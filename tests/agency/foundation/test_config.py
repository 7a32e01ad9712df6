from base64 import urlsafe_b64encode
from dataclasses import FrozenInstanceError

import pytest

from agency.foundation.config import Settings, SettingsInvalid

ENVIRONMENT = {
    "BASE_URL": "https://billing.lumen.example/",
    "DATABASE_URL": "postgres://cartera_application:geheim@localhost:5432/cartera",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "a-secret-of-thirty-two-characters!!",
    "ENCRYPTION_KEY": urlsafe_b64encode(b"thirty-two-bytes-make-a-key-here").decode(),
    "SMTP_URL": "smtp://localhost:25",
}


def problems(**changes):
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment(ENVIRONMENT | changes)
    return refusal.value.problems


class TestFromEnvironment:
    def test_reads_one_frozen_object(self):
        settings = Settings.from_environment(ENVIRONMENT)

        with pytest.raises(FrozenInstanceError):
            settings.mode = "demo"

    def test_is_careful_by_default(self):
        settings = Settings.from_environment(ENVIRONMENT)

        assert settings.mode == "production"
        assert not settings.sign_up_allowed
        assert not settings.shows_styleguide
        assert settings.is_https
        assert settings.proxies_trusted == 0

    def test_brings_addresses_into_the_form_used(self):
        settings = Settings.from_environment(ENVIRONMENT)

        assert settings.base_url == "https://billing.lumen.example"
        assert settings.database_url == "postgresql+psycopg://cartera_application:geheim@localhost:5432/cartera"

    def test_names_everything_that_is_missing(self):
        with pytest.raises(SettingsInvalid) as refusal:
            Settings.from_environment({})

        assert set(refusal.value.problems) == set(ENVIRONMENT)
        assert "SECRET_KEY is missing" in str(refusal.value)

    @pytest.mark.parametrize("name", ENVIRONMENT)
    def test_takes_an_empty_variable_for_a_missing_one(self, name):
        assert problems(**{name: ""}) == {name: "is missing"}

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("BASE_URL", "billing.lumen.example"),
            ("BASE_URL", "https://"),
            ("BASE_URL", "ftp://lumen.example"),
            ("DATABASE_URL", "mysql://localhost/cartera"),
            ("DATABASE_URL", "postgresql://localhost"),
            ("DATABASE_URL", "postgresql://u:geheim@localhost:port/cartera"),
            ("DATABASE_OWNER_URL", "localhost"),
            ("REDIS_URL", "localhost:6379"),
            ("REDIS_URL", "redis://:geheim@[::1"),
            ("SECRET_KEY", "geheim"),
            ("ENCRYPTION_KEY", "geheim"),
            ("ENCRYPTION_KEY", f"{ENVIRONMENT['ENCRYPTION_KEY']},geheim"),
            ("SMTP_URL", "mail.lumen.example"),
            ("MAIL_FROM", "nobody"),
            ("MAIL_FROM", "a@b\nBcc: c@d"),
            ("CARTERA_MODE", "prod"),
            ("SIGN_UP_ALLOWED", "maybe"),
            ("PROXIES_TRUSTED", "-1"),
            ("WEB_WORKERS", "0"),
            ("WEB_WORKERS", "many"),
        ],
    )
    def test_names_what_is_malformed_without_repeating_it(self, name, text):
        found = problems(**{name: text})

        assert set(found) == {name}
        assert "geheim" not in str(found)


class TestSettings:
    def test_keep_their_secrets_when_shown(self):
        shown = repr(Settings.from_environment(ENVIRONMENT))

        assert "geheim" not in shown
        assert ENVIRONMENT["SECRET_KEY"] not in shown
        assert ENVIRONMENT["ENCRYPTION_KEY"] not in shown
