"""Writes the TypeScript types: an interface for each answer, and one that has every operation."""

from collections.abc import Iterator

from document import Call, Document, Kind, Member

_PLAIN = {"text": "string", "integer": "number", "number": "number", "flag": "boolean", "anything": "unknown"}


def typescript(document: Document) -> str:
    """The text of ``winnow.d.ts``: the whole API, that of operators too."""
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield "// The types of Winnow's REST API. Made from the OpenAPI document by tools/apitypes: do not edit."
    for name, members in document.records.items():
        yield f"\nexport interface {name} {{"
        yield from (f"  {_member(member)};" for member in members)
        yield "}"
    yield "\n/** Every operation by its operationId. Null stands for an answer that is no JSON. */"
    yield "export interface Operations {"
    for call in document.calls:
        yield from (f"  {line}" for line in _call(call))
    yield "}"
    yield "\nexport type OperationId = keyof Operations;\n"


def _call(call: Call) -> Iterator[str]:
    yield f"/** {call.about} */"
    yield f"{call.name}: {{"
    yield f'  method: "{call.method}";'
    yield f'  path: "{call.path}";'
    query = "; ".join(_parameter(member) for member in call.query)
    yield f"  query: {{ {query} }};" if query else "  query: Record<string, never>;"
    yield f"  body: {_typescript(call.body) if call.body else 'null'};"
    kinds = dict.fromkeys(_typescript(kind) if kind else "null" for kind in call.answers.values())
    yield f"  answer: {' | '.join(kinds)};"
    yield "};"


def _member(member: Member) -> str:
    return f"{_quoted(member.name)}{'' if member.needed else '?'}: {_typescript(member.kind)}"


def _parameter(member: Member) -> str:
    return f"[key: `{member.name}.${{string}}`]: string" if member.keyed else _member(member)


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _typescript(kind: Kind) -> str:
    match kind.name:
        case "record":
            text = kind.record
        case "choice":
            text = " | ".join(f'"{choice}"' for choice in kind.choices)
        case "list" if kind.of:
            text = f"Array<{_typescript(kind.of)}>"
        case "map" if kind.of:
            text = f"Record<string, {_typescript(kind.of)}>"
        case name:
            text = _PLAIN[name]
    return f"{text} | null" if kind.nullable and text != "unknown" else text
