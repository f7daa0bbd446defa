"""Turns a request type of the contract into a route that answers JSON, for as long as its caller waits."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask

from winnow_base.http import app_kit
from winnow_contracts.internal_api import IndexRequest
from winnow_index.api.callers import on_behalf_of_caller

A = TypeVar("A")
P = ParamSpec("P")


def serves(app: Flask, request: type[IndexRequest[A]], status: int = 200) -> Callable[[Callable[P, A]], Callable[P, A]]:
    """Decorate the function that answers ``request``, as ``app_kit.serves`` does."""
    return app_kit.serves(app, request, status, within=on_behalf_of_caller)
