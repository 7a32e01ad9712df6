"""Every word a person reads exists in Spanish, and the catalogue holds nothing that nobody says."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT

CATALOGUE = ROOT / "agency" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
PYBABEL = Path(sys.executable).with_name("pybabel")


@pytest.fixture(scope="module")
def spanish():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """What the sources say today."""
    target = tmp_path_factory.mktemp("words") / "messages.pot"
    options = ["-F", "pyproject.toml", "-k", "_l", "-k", "ngettext:1,2", "--no-location"]
    subprocess.run([PYBABEL, "-q", "extract", *options, "-o", target, "."], cwd=ROOT, check=True)
    with target.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def test_everything_is_translated(spanish, words):
    translated = {
        message.id
        for message in spanish
        if message.id and not message.fuzzy and all([message.string] if isinstance(message.id, str) else message.string)
    }

    assert words - translated == set()


def test_nothing_unsaid_is_kept(spanish, words):
    assert {message.id for message in spanish if message.id} - words == set()


def test_every_placeholder_survives_translation(spanish):
    assert [error for message in spanish for error in message.check(spanish)] == []
