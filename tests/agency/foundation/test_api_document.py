import re

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from agency.foundation.api_document import operations, sample
from tests.browsing import visit


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def contents(document, *methods):
    """(what, schema, example) of each body and each good answer."""
    for path, method, operation in operations(document):
        if method in methods:
            bodies = operation.get("requestBody", {}).get("content", {})
            answers = {status: each.get("content", {}) for status, each in operation["responses"].items()}
            for content in [bodies, *(found for status, found in answers.items() if status.startswith("2"))]:
                for each in content.values():
                    yield f"{method} {path}", each["schema"], each["example"]


class TestTheDocument:
    def test_is_valid_openapi_3_1(self, document):
        assert document["openapi"].startswith("3.1")
        validate(document)

    def test_exemplifies_each_post_and_its_answer(self, document):
        posts = [path for path, method, operation in operations(document) if method == "post"]
        bare = [what for what, _schema, example in contents(document, "post") if not example]

        assert posts
        assert bare == []

    def test_gives_examples_that_its_own_schemas_accept(self, document):
        faults = [
            (what, error.message)
            for what, schema, example in contents(document, "get", "post", "patch", "put")
            for error in OAS31Validator(schema | {"components": document["components"]}).iter_errors(example)
        ]

        assert faults == []

    def test_names_the_scope_of_each_operation(self, document):
        assert [path for path, _method, operation in operations(document) if not operation["x-scope"]] == []

    def test_documents_refusals_as_problems(self, document):
        kinds = [kind for refusal in document["components"]["responses"].values() for kind in refusal["content"]]

        assert set(kinds) == {"application/problem+json"}

    def test_offers_the_idempotency_key_where_it_is_heeded(self, document):
        found = {
            f"{method} {path}"
            for path, method, operation in operations(document)
            for parameter in operation.get("parameters", [])
            if parameter.get("name") == "Idempotency-Key"
        }

        assert "post /api/v1/sub-accounts" in found
        assert not [what for what in found if what.startswith("get ")]


class TestASample:
    @pytest.mark.parametrize(
        ("schema", "expected"),
        [
            ({"type": "string", "example": "x"}, "x"),
            ({"type": "string", "enum": ["a", "b"]}, "a"),
            ({"type": "string", "format": "date"}, "2026-03-31"),
            ({"type": ["string", "null"]}, None),
            ({"type": "array", "items": {"type": "integer"}}, [1]),
            ({"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]}, {"amount": "12.50"}),
            ({"type": "integer", "default": 25}, 25),
        ],
    )
    def test_is_made_of_what_the_schema_says(self, schema, expected):
        money = {"type": "object", "properties": {"amount": {"type": "string", "example": "12.50"}}}

        assert sample(schema, {"components": {"schemas": {"Money": money}}}) == expected


class TestThePages:
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_show_every_operation_with_a_request_to_copy(self, client, document, language):
        def page(address):
            return client.get(address, headers={"Accept": "text/html", "Accept-Language": language}).text

        pages = {tag: page(f"/api/docs/{tag}") for tag in {each["tags"][0] for *_, each in operations(document)}}
        index = page("/api/docs")

        for path, method, operation in operations(document):
            address = f"<strong>{method.upper()}</strong> <code>{path}</code>"
            assert address in index
            assert address in pages[operation["tags"][0]]
        assert sum(text.count("curl ") for text in pages.values()) >= len(list(operations(document)))

    def test_of_no_resource_is_nowhere(self, client):
        assert visit(client, "/api/docs/nothing").status_code == 404

    def test_explain_every_refusal_that_the_api_gives(self, client):
        anchor = client.get("/api/v1/agency").json["type"].partition("#")[2]

        assert f'id="{anchor}"' in visit(client, "/api/docs").text

    def test_need_nothing_from_elsewhere(self, client):
        page = visit(client, "/api/docs/sub-accounts").text

        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', page) == []
