"""Posts a report to the address that an operator has set."""

from typing import Any
from urllib.parse import urlsplit

import urllib3

from winnow_contracts.errors import Unavailable
from winnow_journal.codec import encode

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def is_fit(url: str) -> bool:
    """Whether a report may go there: over https, or to this machine."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        )
    except ValueError:
        return False


class Webhook:
    """One address, which may itself be a secret: no error names more of it than its host."""

    def __init__(self, url: str, *, timeout_seconds: float = 10) -> None:
        self._url = url
        self._host = urlsplit(url).hostname
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=timeout_seconds))

    def post(self, value: Any, *, message_id: str) -> None:
        """Post the value as JSON. Raises Unavailable unless the answer is 2xx; a redirect is not followed.

        The header ``Webhook-Id`` (Standard Webhooks) has ``message_id``: the same whenever the same is posted again.
        """
        headers = {"Content-Type": "application/json", "Webhook-Id": message_id}
        try:
            answer = self._pool.request("POST", self._url, body=encode(value), headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise self._unavailable(f"does not answer ({type(error).__name__})") from error
        if not 200 <= answer.status < 300:
            raise self._unavailable(f"answered {answer.status}")

    def _unavailable(self, said: str) -> Unavailable:
        hint = "Set WINNOW_INDEX_REPORT_WEBHOOK to an address that takes JSON by POST."
        return Unavailable(f"The report's webhook at {self._host} {said}.", dependency="webhook", hint=hint)
