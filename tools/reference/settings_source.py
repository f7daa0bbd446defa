"""Reads from a settings module which variables it takes, with their defaults and what they mean.

A variable is a call of ``environment``: ``environment.integer("WINNOW_PORT", 80)``, or of a helper that is given both
(``_origin(environment, "WINNOW_URL")``). It means what stands under the field that the value goes into.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from types import ModuleType
from typing import Any

from field_docs import field_docs
from page_text import prose

_KINDS = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "flag": "`true` or `false`",
    "path": "path",
    "secret": "secret",
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One variable. ``default`` is None where it has to be set, else in words; ``meaning`` is empty if none stands."""

    name: str
    kind: str
    default: str | None
    meaning: str


def settings_of(name: str, meanings: dict[str, str]) -> list[Setting]:
    """The variables of the module of that name, in order.

    ``meanings`` are what is known of variables; what stands under this module's fields is added.
    """
    module = importlib.import_module(name)
    tree = ast.parse(inspect.getsource(module))
    meanings.update(_meanings(tree, module))
    found: dict[str, Setting] = {}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: node.lineno):
        for variable, kind, default in _read_by(call, module):
            if variable not in found or found[variable].default is None:
                found[variable] = Setting(name=variable, kind=kind, default=default, meaning=meanings.get(variable, ""))
    return list(found.values())


def _read_by(call: ast.Call, module: ModuleType) -> Iterator[tuple[str, str, str | None]]:
    match call.func:
        case ast.Attribute(attr=attr, value=ast.Name(id="environment")) if attr in _KINDS:
            if variable := _variable(call.args[0], module):
                default = call.args[1] if len(call.args) > 1 else None
                yield variable, _KINDS[attr], _default(default, attr, module)
        case ast.Name(id="read_lane"):
            lane = eval(ast.unparse(call.args[1]), vars(module))  # noqa: S307 - our own source
            variable = f"WINNOW_{lane.upper().replace('.', '_')}"
            threads = next(ast.unparse(each.value) for each in call.keywords if each.arg == "threads")
            yield f"{variable}_THREADS", _KINDS["integer"], threads
            yield f"{variable}_PREFETCH", _KINDS["integer"], "1"
        case ast.Name() if len(call.args) == 2 and ast.unparse(call.args[0]) == "environment":
            if variable := _variable(call.args[1], module):
                yield variable, _KINDS["text"], ""


def _variable(node: ast.expr, module: ModuleType) -> str:
    """The variable that an expression names: its text, or a constant of the module; empty for a parameter."""
    value: Any = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name):
        value = vars(module).get(node.id)
    return value if isinstance(value, str) and value.startswith("WINNOW_") else ""


def _default(node: ast.expr | None, kind: str, module: ModuleType) -> str | None:
    if node is None:
        return None
    if isinstance(node, ast.Call):
        function = vars(module).get(ast.unparse(node.func))
        return prose(inspect.getdoc(function)) if function else ""
    try:
        value = eval(ast.unparse(node), vars(module))  # noqa: S307 - our own source
    except NameError:  # a parameter of the reader
        return f"the {ast.unparse(node)}"
    return str(value).lower() if kind == "flag" else f"{value}"


def _meanings(tree: ast.Module, module: ModuleType) -> dict[str, str]:
    """What stands under the field of each variable that goes into one."""
    functions: dict[str, ast.FunctionDef] = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    found: dict[str, str] = {}
    for function in reversed(functions.values()):  # helpers stand below, and know better
        more: dict[str, list[ast.AST]] = {**{name: [each] for name, each in functions.items()}, **_assigned(function)}
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            kind = vars(module).get(ast.unparse(call.func))
            fields = field_docs(kind) if inspect.isclass(kind) and is_dataclass(kind) else {}
            for keyword in call.keywords:
                if keyword.arg in fields:
                    for variable in _variables_in(keyword.value, module, {}, set()):
                        found[variable] = fields[keyword.arg]  # the innermost call comes last
                    for variable in _variables_in(keyword.value, module, more, set()):
                        found.setdefault(variable, fields[keyword.arg])
    return found


def _assigned(function: ast.FunctionDef) -> dict[str, list[ast.AST]]:
    found: dict[str, list[ast.AST]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found.setdefault(ast.unparse(target), []).append(node.value)
    return found


def _variables_in(node: ast.AST, module: ModuleType, more: dict[str, list[ast.AST]], seen: set[str]) -> Iterator[str]:
    """The variables that an expression takes: itself, by a local name, or in a function that it calls (``more``)."""
    for each in ast.walk(node):
        if isinstance(each, (ast.Constant, ast.Name)) and (variable := _variable(each, module)):
            yield variable
        if isinstance(each, ast.Name) and each.id in more and each.id not in seen:
            for further in more[each.id]:
                yield from _variables_in(further, module, more, seen | {each.id})
