"""Reads an OpenAPI document into records and operations, which are the same for every language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
_MOST_CHOICES = 20
"""A longer list of allowed values, such as languages, is text."""


@dataclass(frozen=True)
class Kind:
    """A type. ``name`` is text, integer, number, flag, anything, choice, list, map, or one of ``record``.

    ``of`` is what a list or map holds, ``choices`` the values of a choice, ``record`` the name of a record.
    """

    name: str
    of: "Kind | None" = None
    choices: tuple[str, ...] = ()
    record: str = ""
    nullable: bool = False


@dataclass(frozen=True, kw_only=True)
class Member:
    """A field of a record, or a parameter of a query. ``keyed``: it stands for any number, ``name.KEY=VALUE``."""

    name: str
    kind: Kind
    needed: bool
    about: str = ""
    keyed: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """An operation. ``answers`` has by status the type of its JSON, or None if it answers something else.

    ``takes_key``: with an Idempotency-Key it is done once, however often it is asked.
    """

    name: str
    method: str
    path: str
    about: str
    query: tuple[Member, ...]
    body: Kind | None
    answers: Mapping[int, Kind | None]
    takes_key: bool


@dataclass
class Document:
    """Everything that types are made from. ``records`` are objects with known fields, by name."""

    records: dict[str, tuple[Member, ...]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)


def read(document: Schema) -> Document:
    """Returns the records and operations of an OpenAPI 3.1 document. An object inside another gets a name, too."""
    found = Document()
    for name, schema in document["components"]["schemas"].items():
        _record(found, name, schema)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            found.calls.append(_call(found, method.upper(), path, operation))
    return found


def camel(name: str) -> str:
    """``list_media`` as ``ListMedia``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def reachable(document: Document, kinds: Iterator[Kind | None]) -> set[str]:
    """The names of all records that these types are made of."""
    seen: set[str] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind is None:
            continue
        waiting.append(kind.of)
        if kind.record and kind.record not in seen:
            seen.add(kind.record)
            waiting += [member.kind for member in document.records[kind.record]]
    return seen


def _call(found: Document, method: str, path: str, operation: Schema) -> Call:
    name = operation["operationId"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return Call(
        name=name,
        method=method,
        path=path,
        about=operation["summary"],
        query=tuple(_parameter(found, name, one) for one in operation["parameters"] if one["in"] == "query"),
        body=_kind(found, f"{camel(name)}Body", body["schema"]) if body else None,
        takes_key=any(one["name"] == "Idempotency-Key" for one in operation["parameters"]),
        answers={
            int(status): _answer(found, f"{camel(name)}Answer", answer)
            for status, answer in operation["responses"].items()
            if int(status) < 300
        },
    )


def _parameter(found: Document, call: str, parameter: Schema) -> Member:
    schema = parameter["schema"]
    return Member(
        name=parameter["name"],
        kind=_kind(found, camel(f"{call}_{parameter['name']}"), schema),
        needed=parameter["required"],
        about=parameter["description"],
        keyed="propertyNames" in schema,
    )


def _answer(found: Document, name: str, answer: Schema) -> Kind | None:
    content = answer.get("content", {}).get("application/json")
    return _kind(found, name, content["schema"]) if content else None


def _record(found: Document, name: str, schema: Schema) -> Kind:
    if name in found.records:
        raise ValueError(f"Two objects of the document would be called {name}.")
    found.records[name] = ()  # its place stands before what lies in it
    needed = schema.get("required", ())
    found.records[name] = tuple(
        Member(name=each, kind=_kind(found, f"{name}{camel(each)}", inner), needed=each in needed)
        for each, inner in schema["properties"].items()
    )
    return Kind("record", record=name)


def _kind(found: Document, name: str, schema: Schema) -> Kind:
    """The type of a schema; ``name`` is what an object that has none is called."""
    if "$ref" in schema:
        return Kind("record", record=schema["$ref"].rpartition("/")[2])
    if "oneOf" in schema:
        [one] = [each for each in schema["oneOf"] if each != {"type": "null"}]
        return _or_null(_kind(found, name, one))
    types = schema.get("type")
    if isinstance(types, list):
        ones = [each for each in types if each != "null"]
        return _or_null(_kind(found, name, {**schema, "type": ones[0]})) if len(ones) == 1 else Kind("anything")
    match types:
        case "string":
            choices = tuple(schema.get("enum", ()))
            return Kind("choice", choices=choices) if 0 < len(choices) <= _MOST_CHOICES else Kind("text")
        case "integer" | "number":
            return Kind(types)
        case "boolean":
            return Kind("flag")
        case "array":
            return Kind("list", of=_kind(found, name.removesuffix("s"), schema["items"]))
        case "object" if schema.get("properties"):
            return _record(found, name, schema)
        case "object":
            values = schema.get("additionalProperties")
            return Kind("map", of=_kind(found, name, values if isinstance(values, dict) else {}))
        case None:
            return Kind("anything")
    raise ValueError(f"{name} has a type that no client knows: {schema}")


def _or_null(kind: Kind) -> Kind:
    return Kind(kind.name, kind.of, kind.choices, kind.record, nullable=True)
