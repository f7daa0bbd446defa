"""Routes of the rate limiter: nodes reserve calls to limited APIs."""

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.rate_limits import ApiHeld, ClaimEnded, GiveTurnBack, HoldApi, Reservation, ReservationRequest
from winnow_index.api.request_args import body, number, text
from winnow_index.api.serving import serves
from winnow_index.control.rate_limits import RateLimits

_MOST_A_MINUTE = 1_000_000
_LONGEST_CLAIM_SECONDS = 3600


def add(app: Flask, turns: RateLimits) -> None:
    """Add the routes."""

    @serves(app, ReservationRequest)
    def wish() -> Reservation:
        return turns.wish(_wish())

    @serves(app, GiveTurnBack)
    def give_back() -> ClaimEnded:
        given = body()
        claim = (text(given, "tenant_id"), text(given, "answer_key"), text(given, "holder"))
        return ClaimEnded(given_back=turns.give_back(*claim))

    @serves(app, HoldApi)
    def hold() -> ApiHeld:
        given = body()
        until_ms = round(number(given, "until_ms", over=0, at_most=2**53))
        return ApiHeld(until_ms=turns.hold(text(given, "api"), until_ms))


def _wish() -> ReservationRequest:
    given = body()
    per_minute = number(given, "per_minute", over=0, at_most=_MOST_A_MINUTE)
    if not isinstance(per_minute, int):
        raise BadInput("per_minute must be a whole number.", code="invalid-field")
    return ReservationRequest(
        api=text(given, "api"),
        per_minute=per_minute,
        tenant_id=text(given, "tenant_id"),
        holder=text(given, "holder"),
        answer_key=text(given, "answer_key"),
        claim_seconds=number(given, "claim_seconds", over=0, at_most=_LONGEST_CLAIM_SECONDS),
        turn_ms=round(number(given, "turn_ms", over=-1, at_most=2**53)) if "turn_ms" in given else 0,
    )
