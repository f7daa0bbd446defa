"""Writes the Python client's types: dataclasses of answers, what queries take, and the table of operations."""

from collections.abc import Iterator

from document import Call, Document, Kind, Member, camel, reachable

_HEAD = '"""{about} Made from the OpenAPI document by tools/apitypes: do not edit."""\n'
_PLAIN = {"text": "str", "integer": "int", "number": "float", "flag": "bool", "anything": "Any"}
_WORDS = frozenset(("from", "class", "import", "global", "in", "is", "not", "pass"))
"""Python's own words that a field may be called; the field's name then ends with an underscore."""
_JSON = frozenset(("metadata",))
"""Parameters that are JSON in a text; the client writes it."""


def python_files(document: Document) -> dict[str, str]:
    """The modules by file name. They have what a key with the scopes read and write may call."""
    calls = [call for call in document.calls if _is_offered(call)]
    wanted = reachable(document, (kind for call in calls for kind in call.answers.values()))
    wanted |= {"Problem"}
    return {
        "__init__.py": _HEAD.format(about="What the API takes and answers."),
        "models.py": "\n".join(_models(document, wanted)),
        "queries.py": "\n".join(_queries(calls)),
        "operations.py": "\n".join(_operations(calls)),
    }


def _is_offered(call: Call) -> bool:
    return call.path.startswith("/v1/") and not call.path.startswith(("/v1/ops/", "/v1/session"))


def _models(document: Document, wanted: set[str]) -> Iterator[str]:
    yield _HEAD.format(about="Answers of the API.")
    yield "from __future__ import annotations\n"
    yield "from dataclasses import dataclass"
    yield "from typing import Any, Literal\n"
    for name, members in document.records.items():
        if name in wanted:
            yield f"\n@dataclass(frozen=True, kw_only=True)\nclass {name}:"
            yield f'    """``{name}`` of the document."""\n'
            yield from (f"    {_field(member)}" for member in members)
            yield ""


def _field(member: Member) -> str:
    name = f"{member.name}_" if member.name in _WORDS else member.name
    kind = _python(member.kind)
    return f"{name}: {kind}" if member.needed else f"{name}: {_or_none(kind)} = None"


def _queries(calls: list[Call]) -> Iterator[str]:
    yield _HEAD.format(about="What the queries of operations take.")
    yield "from collections.abc import Mapping"
    yield "from typing import Any, Literal, TypedDict\n"
    for call in calls:
        if call.query:
            yield f"\nclass {camel(call.name)}Query(TypedDict, total=False):"
            yield f'    """Parameters of ``{call.method} {call.path}``; None leaves one out."""\n'
            for member in call.query:
                kind = "Mapping[str, Any]" if member.keyed or member.name in _JSON else _python(member.kind)
                yield f"    {member.name}: {_or_none(kind)}"
                yield f'    """{member.about}"""'
            yield ""


def _operations(calls: list[Call]) -> Iterator[str]:
    yield _HEAD.format(about="The operations of the API.")
    yield "# ruff: noqa: E501\n"
    yield "from winnow_client.generated import models"
    yield "from winnow_client.operation import Operation\n"
    for call in calls:
        answers = {status: _answer(kind) for status, kind in call.answers.items()}
        table = ", ".join(f"{status}: {answer}" for status, answer in answers.items())
        kinds = " | ".join(dict.fromkeys(answers.values()))
        yield f"{call.name.upper()}: Operation[{kinds}] = Operation("
        yield f'    "{call.method}", "{call.path}", {{{table}}}{", takes_key=True" if call.takes_key else ""}'
        yield f')\n"""{call.about}"""'


def _answer(kind: Kind | None) -> str:
    return "bytes" if kind is None else f"models.{kind.record}"


def _python(kind: Kind) -> str:
    match kind.name:
        case "record":
            text = kind.record
        case "choice":
            text = f"Literal[{', '.join(repr(choice) for choice in kind.choices)}]"
        case "list" if kind.of:
            text = f"tuple[{_python(kind.of)}, ...]"
        case "map" if kind.of:
            text = f"dict[str, {_python(kind.of)}]"
        case name:
            text = _PLAIN[name]
    return _or_none(text) if kind.nullable else text


def _or_none(kind: str) -> str:
    return kind if kind == "Any" or kind.endswith(" | None") else f"{kind} | None"
