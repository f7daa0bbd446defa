"""The token of a form that brings a file along."""

from flask import request
from werkzeug.exceptions import ClientDisconnected

from winnow_contracts.errors import BadInput
from winnow_gateway.settings import GatewaySettings

_FORM_OVERHEAD_BYTES = 1 << 16


def form_token(settings: GatewaySettings) -> str | None:
    """The form's CSRF token. Reads the whole form, within the size and stall limits of any upload."""
    request.max_content_length = settings.max_form_bytes + _FORM_OVERHEAD_BYTES
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(settings.stall_seconds)
    try:
        return request.form.get("csrf")
    except (ClientDisconnected, OSError) as error:
        raise BadInput("The form ended early.", code="size-mismatch", hint="Upload the file again.") from error
