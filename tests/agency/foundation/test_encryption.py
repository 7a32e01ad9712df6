import pytest
from cryptography.fernet import InvalidToken

from agency.foundation.encryption import decrypt, encrypt


class TestEncrypt:
    def test_gives_back_what_it_took(self, app):
        assert decrypt(encrypt("JBSWY3DPEHPK3PXP ñ")) == "JBSWY3DPEHPK3PXP ñ"

    def test_hides_it(self, app):
        assert b"JBSWY3DPEHPK3PXP" not in encrypt("JBSWY3DPEHPK3PXP")

    def test_never_writes_the_same_twice(self, app):
        assert encrypt("seed") != encrypt("seed")

    def test_notices_a_changed_byte(self, app):
        blob = bytearray(encrypt("seed"))
        blob[20] ^= 1

        with pytest.raises(InvalidToken):
            decrypt(bytes(blob))
