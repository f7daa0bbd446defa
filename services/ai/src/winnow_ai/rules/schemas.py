"""The JSON Schemas of region and rule files. Only this module uses ``fastjsonschema``."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema

_Check = Callable[[Any], Any]
_FOLDER = Path(__file__).with_name("schema")
_ONE_OF = "must be valid exactly by one definition"


def fault_of(value: Any, schema: str) -> str:
    """Where and how ``value`` violates ``schema`` (region or rules), like ``rules[2].id must …``; "" if it does not."""
    try:
        _compiled(schema)(value)
    except fastjsonschema.JsonSchemaValueException:
        return _explained(value, schema)
    return ""


def _explained(value: Any, schema: str) -> str:
    try:
        _compiled(schema, detailed=True)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        # The schemas have one oneOf, and the library does not say what it requires.
        message = str(error.message).replace(_ONE_OF, "must have exactly one of item, category and general")
        # The library calls the whole document "data".
        return "the file" + message[4:] if message.startswith("data ") else message.removeprefix("data.")
    return f"it does not fit {schema}.schema.json"


@functools.cache
def _compiled(schema: str, detailed: bool = False) -> _Check:
    # Detailed messages take three times as long to compile, so compile them for a fault and not at every start.
    text = (_FOLDER / f"{schema}.schema.json").read_text("utf-8")
    check: _Check = fastjsonschema.compile(json.loads(text), detailed_exceptions=detailed)
    return check
