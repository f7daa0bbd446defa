"""Reads what stands under the fields of a class."""

import ast
import inspect
from itertools import pairwise
from typing import Any

from page_text import prose


def field_docs(kind: Any) -> dict[str, str]:
    """The docstring under each field that has one, of the class and of those that it extends, by the field's name."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__[:-1]):
        [body] = [node.body for node in ast.parse(inspect.getsource(base)).body if isinstance(node, ast.ClassDef)]
        for field, after in pairwise(body):
            match field, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = prose(text)
    return found
