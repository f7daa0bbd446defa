"""What every internal API has, whichever service serves it."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from winnow_base.http.app_kit import internal_app, serves
from winnow_contracts.errors import BadInput, Misconfigured, RateLimited, Temporary, Unavailable
from winnow_contracts.internal_api import HttpRoute, IndexRequest

TOKEN = {"Authorization": "Bearer right"}


@dataclass(frozen=True, kw_only=True)
class Doubled:
    """Twice the number."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Double(IndexRequest[Doubled]):
    """Request twice a number."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/double/{number}")

    number: int


def client(answer=lambda number: Doubled(number=2 * int(number)), **needs):
    app = internal_app("test", service_token="right", needs=needs)
    serves(app, Double)(answer)
    return app.test_client()


def raises(error):
    def answer(number):
        raise error

    return answer


def test_an_answer_is_the_json_of_its_type():
    assert client().get("/internal/v1/double/4", headers=TOKEN).get_json() == {"number": 8}


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_without_the_token_nothing_but_health_and_metrics_answers(header):
    assert client().get("/internal/v1/double/4", headers=header).status_code == 401
    assert client().get("/healthz", headers=header).status_code == 200
    assert client().get("/metrics", headers=header).status_code == 200


def test_an_empty_token_does_not_open_the_api():
    with pytest.raises(Misconfigured, match="empty"):
        internal_app("test", service_token="", needs={})


def test_readiness_names_what_is_missing():
    def probe():
        raise Unavailable("It does not answer.", dependency="postgres")

    assert client(postgres=lambda: None).get("/readyz").get_json() == {"ready": True, "reasons": {}}
    answer = client(postgres=probe, s3=lambda: None).get("/readyz")
    assert (answer.status_code, answer.get_json()["reasons"]) == (503, {"postgres": "It does not answer."})


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (BadInput("No.", code="invalid-field"), 422, "invalid-field", None),
        (RateLimited("Slower.", retry_after_seconds=7), 429, "rate-limited", "7"),
        (Unavailable("Away.", dependency="s3"), 503, "unavailable", "5"),
        (Temporary("Hm.", code="not-ready"), 503, "not-ready", None),
        (ZeroDivisionError(), 500, "internal", None),
    ],
)
def test_an_error_is_a_problem_with_its_status_code_and_wait(error, status, code, retry_after):
    answer = client(raises(error)).get("/internal/v1/double/4", headers=TOKEN)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == retry_after
    assert answer.content_type == "application/problem+json"


def test_an_unknown_address_is_not_found_and_another_method_not_allowed():
    assert client().get("/nowhere").get_json()["code"] == "not-found"
    assert client().post("/internal/v1/double/4").get_json()["code"] == "method-not-allowed"
