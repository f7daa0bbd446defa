"""Prompts: one Markdown file each, named with its version, which is part of an answer's cache key.

Never change a file that is in use. A new wording is a new version in its own file.
"""

import functools
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from string import Template


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A prompt file with its placeholders filled. ``name`` includes the version, for example ``classify-1``."""

    name: str
    text: str

    @property
    def fingerprint(self) -> str:
        """A hash that distinguishes texts of the same name, because the lists filled in may have changed."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def load_prompt(name: str, **values: object) -> Prompt:
    """The prompt of this name and version. Raises KeyError if a placeholder has no value."""
    return Prompt(name=name, text=_template(name).substitute(values))


@functools.cache
def _template(name: str) -> Template:
    return Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))
