"""The forms of the pages, too, are answered with 429 before they are read while their lane takes nothing."""

import pytest
from flask.testing import FlaskClient

from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_contracts import queues
from winnow_gateway.dependencies import Dependencies

from ..test_uploads import Unread


@pytest.mark.parametrize("address", ["/upload", "/photos"])
def test_a_form_is_answered_with_a_page_that_says_so_and_is_not_read(
    visitor: FlaskClient, parts: Dependencies, address: str
) -> None:
    assert isinstance(parts.intake, MemorySubmissions)
    parts.intake.full[queues.MEDIA_EXAMINE] = 17.0
    answer = visitor.post(
        address,
        input_stream=Unread(),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": "1000"},
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")
    assert "Too many requests" in answer.text
    assert parts.intake.jobs == {}
