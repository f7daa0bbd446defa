"""Builds the OpenAPI 3.1 document from the operations that are served."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from winnow_contracts.problems import PROBLEMS
from winnow_gateway.api.schema_parts import Schema, ref
from winnow_gateway.http.operations import PATH_SCHEMAS, ApiAnswer, Operation, QueryParameter

_ALWAYS = ("invalid-field", "internal")
_OF_SCOPES = ("unauthenticated", "forbidden", "rate-limited")
_RATES = ("RateLimit", "RateLimit-Policy")
"""Headers of every answer to the holder of a key, unless the gateway counts no requests."""


def document(operations: Iterable[Operation], schemas: Mapping[str, Schema], version: str) -> dict[str, Any]:
    """Returns the OpenAPI document of ``operations``, which name ``schemas``; both stand in order of their names.

    So it is the same whichever package an operation is in, and in whatever order packages are found.
    """
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in operations:
        paths[operation.path][operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Winnow",
            "version": version,
            "description": "Recordings go in; people search them to the second. Photos of waste go in; people learn "
            "where it goes. Errors are problem details (RFC 9457).",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
                "session": {"type": "apiKey", "in": "cookie", "name": "winnow", "description": "The page's session."},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": PATH_SCHEMAS[name]}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters += [_parameter(query, "query") for query in operation.query]
    parameters += [_parameter(header, "header") for header in operation.headers]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": parameters,
        "responses": {
            **{str(answer.status): _answer(answer, operation.scope) for answer in operation.answers},
            **_refusals(operation),
        },
        "security": [{"key": []}, {"session": []}] if operation.scope else [],
    }
    if operation.body is not None:
        example = {} if operation.example is None else {"example": operation.example}
        content = {
            kind: {"schema": schema, **(example if kind.endswith("json") else {})}
            for kind, schema in operation.body.items()
        }
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(query: QueryParameter, where: str) -> dict[str, Any]:
    if query.keyed:
        # An exploded object is written as one parameter for each of its properties.
        names = {"pattern": f"^{query.name}\\..+$"}
        schema = {"type": "object", "propertyNames": names, "additionalProperties": query.schema}
        described = {"style": "form", "explode": True, "description": query.about, "schema": schema}
        return {"name": query.name, "in": where, "required": False, **described}
    return {
        "name": query.name,
        "in": where,
        "required": query.needed,
        "description": query.about,
        "schema": query.schema,
    }


def _answer(answer: ApiAnswer, scope: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.about}
    if answer.content:
        described["content"] = {kind: {"schema": schema} for kind, schema in answer.content.items()}
    headers = ("Request-Id", *answer.headers, *(_RATES if scope else ()))
    described["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return described


def _refusals(operation: Operation) -> dict[str, Any]:
    """Returns every problem the operation can answer with, by status; each response lists its codes."""
    codes = {*operation.problems, *_ALWAYS, *(_OF_SCOPES if operation.scope else ())}
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in sorted(codes):
        by_status[PROBLEMS[code].status].append(code)
    taken = {answer.status for answer in operation.answers}
    return {
        str(status): {
            "description": "; ".join(f"{code}: {PROBLEMS[code].title}" for code in found),
            "content": {"application/problem+json": {"schema": ref("Problem")}},
        }
        for status, found in sorted(by_status.items())
        if status not in taken
    }
