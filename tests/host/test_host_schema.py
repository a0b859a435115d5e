"""The schema and the page of keys are those of the records, and every example obeys the schema."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from salebot_uiscom.host.schema import json_schema, keys_page

ROOT = Path(__file__).parents[2]


def test_written_files_are_fresh():
    assert json.loads((ROOT / "docs" / "bot.schema.json").read_text("utf-8")) == json_schema()
    assert (ROOT / "docs" / "bot-file.md").read_text("utf-8") == keys_page()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.stem)
def test_examples_obey_the_schema(path):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    table = tomllib.loads(path.read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(table)) == []


def test_schema_refuses_what_the_loader_refuses():
    validator = jsonschema.Draft202012Validator(json_schema())
    assert not validator.is_valid({"block": [{"id": 1, "kind": "begin"}]})
    assert not validator.is_valid({"block": [{"id": 1}]})
    assert not validator.is_valid({"blocks": []})
    assert not validator.is_valid({"channel": [{"type": 4, "group": ""}]})
