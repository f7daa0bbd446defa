"""The SQL statements of this service, each in its own file, by name."""

import functools
from importlib import resources


@functools.cache
def statement(name: str) -> str:
    """The text of ``queries/<name>.sql``."""
    return resources.files("winnow_index").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
