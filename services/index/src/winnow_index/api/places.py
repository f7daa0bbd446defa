"""Routes through which nodes get and free places at AI endpoints."""

from typing import Any, TypeVar

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.json_codec import from_json
from winnow_contracts.places import PlaceAnswer, PlaceFreed, PlaceLeft, PlaceWish
from winnow_index.api.request_args import body, number, text
from winnow_index.api.serving import serves
from winnow_index.control.places import Places

T = TypeVar("T")

_MOST_CALLS = 10_000
_MOST_SECONDS = 1e9


def add(app: Flask, places: Places) -> None:
    """Add the routes."""

    @serves(app, PlaceWish)
    def ask_for_place() -> PlaceAnswer:
        given = body()
        text(given, "job_id")
        number(given, "order_ms", over=-1, at_most=2**53)
        number(given, "ceiling", over=0, at_most=_MOST_CALLS)
        number(given, "told", over=-1, at_most=_MOST_CALLS)
        if given.get("per_minute") is not None:
            number(given, "per_minute", over=-1, at_most=_MOST_CALLS)
        number(given, "left_seconds", over=-1, at_most=_MOST_SECONDS)
        return places.wish(_read(PlaceWish, given))

    @serves(app, PlaceLeft)
    def leave_place() -> PlaceFreed:
        given = body()
        number(given, "seconds", over=-1, at_most=_MOST_SECONDS)
        number(given, "work_seconds", over=-1, at_most=_MOST_SECONDS)
        places.leave(_read(PlaceLeft, given))
        return PlaceFreed()


def _read(kind: type[T], given: dict[str, Any]) -> T:
    text(given, "api")
    text(given, "holder")
    try:
        return from_json(kind, given)
    except (TypeError, ValueError) as error:
        raise BadInput(f"This is no {kind.__name__}: {error}.", code="invalid-field") from error
