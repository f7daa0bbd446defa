"""Prompts: one Markdown file each, named with its version, which is part of what an answer is kept under.

A file that is in use is not changed: the next wording is the next version, beside it.
"""

import functools
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from string import Template


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A prompt file with its placeholders filled; ``name`` has the version, such as ``classify-1``."""

    name: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Tells apart texts of one name: the lists filled in may have grown since."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def load_prompt(name: str, **values: object) -> Prompt:
    """The prompt of this name and version. Raises KeyError where a placeholder has no value."""
    return Prompt(name=name, text=_template(name).substitute(values))


@functools.cache
def _template(name: str) -> Template:
    return Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))
