"""The stack that benches send drills through: as a user runs it, but for a small AI endpoint in place of the models."""

from collections.abc import Mapping
from pathlib import Path

from winnow_harness.fixtures.drills import DrillStack

_AS_USUAL = {
    "WINNOW_FAULTS_DIR": "",
    "WINNOW_DRILL_LEDGER": "",
    "WINNOW_UPKEEP_SECONDS": "300",
    "WINNOW_GATEWAY_TENANT_OPEN_JOBS": "0",  # all drills are one tenant's, and a bench sends thousands
    "WINNOW_GATEWAY_REQUESTS_PER_MINUTE": "0",  # and by one key
}
"""Settings of the stack for drills that would cost what no user's stack has."""


class UsualStack(DrillStack):
    """A stack in ``home`` that is not started yet; ``variables`` are settings that a bench has otherwise."""

    def __init__(self, home: Path, variables: Mapping[str, str] | None = None) -> None:
        super().__init__(home, {**_AS_USUAL, **(variables or {})})

    @property
    def amqp_url(self) -> str:
        """The broker's URL."""
        return self._secret("amqp-url")

    @property
    def service_token(self) -> str:
        """The token with which services ask each other."""
        return self._secret("service-token")

    def _secret(self, name: str) -> str:
        return (self.home.secrets / name).read_text(encoding="utf-8").strip()
