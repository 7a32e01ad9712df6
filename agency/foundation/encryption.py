"""Secrets that must be read again (a second factor's seed, a merchant's own key) are kept encrypted."""

from cryptography.fernet import Fernet
from flask import current_app


def encrypt(text: str) -> bytes:
    return _cipher().encrypt(text.encode())


def decrypt(blob: bytes) -> str:
    return _cipher().decrypt(blob).decode()


def _cipher() -> Fernet:
    cipher: Fernet = current_app.extensions["cipher"]
    return cipher
