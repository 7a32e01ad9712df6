"""Secrets that must be read again (a second factor's seed, a merchant's own key) are kept encrypted.

Of several keys the first encrypts and every one decrypts, so that a key can be replaced while the platform runs.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, current_app


def install(app: Flask, keys: str) -> None:
    """``keys`` as the setting has them: divided by commas, the newest first."""
    ciphers = [Fernet(key.strip()) for key in keys.split(",")]
    app.extensions["newest_cipher"], app.extensions["cipher"] = ciphers[0], MultiFernet(ciphers)


def encrypt(text: str) -> bytes:
    return _cipher().encrypt(text.encode())


def decrypt(blob: bytes) -> str:
    return _cipher().decrypt(blob).decode()


def encrypted_anew(blob: bytes) -> bytes:
    """The same secret under the newest key; itself where it is so already."""
    newest: Fernet = current_app.extensions["newest_cipher"]
    try:
        newest.decrypt(blob)
    except InvalidToken:
        return _cipher().rotate(blob)
    return blob


def _cipher() -> MultiFernet:
    cipher: MultiFernet = current_app.extensions["cipher"]
    return cipher
