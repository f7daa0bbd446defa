"""Ties a request's work to whoever sent it: it ends when that one waits no longer."""

from contextlib import AbstractContextManager

from flask import request

from winnow_base.http.callers import has_gone
from winnow_contracts.internal_api import TIMEOUT_HEADER
from winnow_index.database_wait import on_behalf_of

_DEFAULT_SECONDS = 10.0


def on_behalf_of_caller() -> AbstractContextManager[None]:
    """A block whose database work ends with the caller's time limit, or when the caller hangs up."""
    told = request.headers.get(TIMEOUT_HEADER, "")
    seconds = int(told) / 1000 if told.isdecimal() else _DEFAULT_SECONDS
    environ = request.environ
    return on_behalf_of(seconds, lambda: has_gone(environ))
