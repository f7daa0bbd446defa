"""Turns a request type of the contract into a route that answers JSON."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response

from winnow_contracts.internal_api import IndexRequest
from winnow_index.api.callers import on_behalf_of_caller
from winnow_journal.codec import encode

A = TypeVar("A")
P = ParamSpec("P")
Read = Callable[P, A]


def serves(app: Flask, request: type[IndexRequest[A]], status: int = 200) -> Callable[[Read[P, A]], Read[P, A]]:
    """Decorate the function that answers ``request``. It gets the path's parts and returns the answer's type."""
    route = request.ROUTE

    def add(read: Read[P, A]) -> Read[P, A]:
        @wraps(read)
        def view(*args: P.args, **kwargs: P.kwargs) -> Response:
            with on_behalf_of_caller():
                answer = read(*args, **kwargs)
            return Response(encode(answer), status, content_type="application/json")

        app.add_url_rule(route.rule, endpoint=request.__name__, view_func=view, methods=[route.method])
        return read

    return add
