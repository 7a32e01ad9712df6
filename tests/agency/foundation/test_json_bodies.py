import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.json_bodies import DEPTH_MAX, BodyMalformed, read_json

letters = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | letters,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(letters, inner, max_size=4),
    max_leaves=12,
)
MALFORMED = {
    "cut off": b'{"note": "a',
    "empty after all": b" ",
    "not UTF-8": b'{"note": "\xff"}',
    "UTF-16": '{"note": "a"}'.encode("utf-16"),
    "a name twice": b'{"note": "a", "note": "b"}',
    "a name twice further in": b'{"anything": [{"a": 1, "a": 1}]}',
    "not a number": b'{"anything": NaN}',
    "minus infinity": b'{"anything": -Infinity}',
    "infinite by its exponent": b'{"anything": 1e999}',
    "too many digits": b'{"anything": ' + b"9" * 5000 + b"}",
    "nested without end": b'{"anything": ' + b"[" * 100_000,
    "nested too deeply": b'{"anything": ' + b"[" * 40 + b"]" * 40 + b"}",
    "a NUL": b'{"note": "\\u0000"}',
    "a NUL in a name": b'{"anything": {"\\u0000": 1}}',
    "half a letter": b'{"note": "\\ud800"}',
    "control characters as they are": b'{"note": "\x01"}',
}


class TestReadJson:
    @given(plain)
    def test_reads_what_json_writes(self, value):
        assert read_json(json.dumps(value).encode()) == value
        assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value

    @pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
    def test_refuses_what_could_be_misread(self, body):
        with pytest.raises(BodyMalformed):
            read_json(body)

    def test_is_not_led_astray_by_brackets_in_texts(self):
        assert read_json(b'{"note": "' + b"[" * 200 + b'"}') == {"note": "[" * 200}

    def test_reads_letters_written_as_pairs(self):
        assert read_json(b'"\\ud83d\\ude00 \\\\u0000"') == "\U0001f600 \\u0000"

    def test_reads_to_its_depth(self):
        assert read_json(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)

    @given(st.binary(max_size=60))
    def test_never_fails_otherwise(self, body):
        with suppress(BodyMalformed):
            value = read_json(body)
            assert json.loads(body) == value


class TestARequest:
    @pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
    def test_with_a_malformed_body_changes_nothing(self, visitor, key, lumen, acts, body):
        answer = visitor.post("/api/v1/trial", data=body, content_type="application/json", headers=key)

        assert answer.status_code == 400
        assert answer.json["code"] == "body-malformed"
        assert acts(lumen, "trial.ordered") == 0

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
    def test_of_another_content_type_is_refused(self, visitor, key, kind):
        answer = visitor.post("/api/v1/trial", data=b'{"note": "a"}', content_type=kind, headers=key)

        assert answer.status_code == 415

    @pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
    def test_that_is_no_object_is_refused(self, visitor, key, body):
        answer = visitor.post("/api/v1/trial", data=body, content_type="application/json", headers=key)

        assert answer.status_code == 422

    def test_without_a_body_has_no_fields(self, visitor, key):
        assert visitor.post("/api/v1/trial", headers=key).status_code == 201

    def test_with_an_unknown_field_names_it(self, visitor, key):
        answer = visitor.post("/api/v1/trial", json={"notes": "a"}, headers=key)

        assert answer.status_code == 422
        assert answer.json["errors"] == {"notes": ["There is no such field."]}

    def test_too_large_is_refused_unread(self, visitor, key):
        answer = visitor.post("/api/v1/trial", json={"note": "a" * 3_000_000}, headers=key)

        assert answer.status_code == 413
        assert answer.json["code"] == "request-entity-too-large"
