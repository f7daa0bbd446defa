"""Checks the served API against its own OpenAPI document with generated requests."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from winnow_gateway.api import job_events

from .whole_answers import ai_answers, index_answers

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def api(app: Flask, index: Any, ai: Any, key: Any, give_keys: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The document as schemathesis reads it; index knows one media, one job and one dead task."""
    monkeypatch.setattr(job_events, "LONGEST_STREAM_SECONDS", 0.05)
    give_keys((key, "default", ["admin"], False))
    index.answers |= index_answers(index.answers["/internal/v1/keys"])
    ai.answers |= ai_answers()
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.timeout(400)  # fifteen requests for each of more than a hundred operations
def test_generated_requests_get_what_the_document_says(api: Any, key: Any) -> None:
    headers = {"Authorization": f"Bearer {key.text()}"}
    tried = 0
    for found in api.get_all_operations():
        # A separate test for each operation would need schemathesis' pytest plugin, which pytest 9.2 breaks.
        check_operation(found.ok(), headers)
        tried += 1
    assert tried > 20


def check_operation(operation: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attempt(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    attempt()
