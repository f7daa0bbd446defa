"""Every part states its licence, and no locked package has an incompatible one (decision 17)."""

import re
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
FITTING = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|PSF|Python Software Foundation|Zlib|CC0-1.0|Unlicense"
    r"|MPL|Mozilla Public|LGPL|Lesser General)\b"
)
KNOWN = {
    "axe-playwright-python": "MIT, as its licence file says",
    "codespell": "GPL-2.0-only, but a program of its own that is not imported",
    "peewee": "MIT, as its licence file says",
}


def licence(distribution: Distribution) -> str:
    about = distribution.metadata
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return about.get("License-Expression") or "; ".join(classifiers) or about.get("License") or ""


def fits(text: str) -> bool:
    """Whether all licences of ``A AND B``, or one of ``A OR B``, are compatible."""
    return all(any(FITTING.search(choice) for choice in part.split(" OR ")) for part in text.split(" AND "))


def test_every_project_and_the_root_name_the_licence() -> None:
    projects = [*ROOT.glob("pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]
    assert len(projects) == 28
    for project in projects:
        assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["license"] == "Apache-2.0", project
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_every_installed_package_has_a_licence_that_fits() -> None:
    others = [one for one in distributions() if not one.metadata["Name"].startswith("winnow")]
    assert len(others) > 100
    odd = {one.metadata["Name"]: licence(one) for one in others if one.metadata["Name"] not in KNOWN}
    assert {name: text for name, text in odd.items() if not fits(text)} == {}


def test_a_licence_that_does_not_fit_is_seen() -> None:
    assert not fits("GPL-2.0-only")
    assert not fits("AGPL-3.0-or-later")
    assert not fits("")
    assert not fits("MIT AND SSPL-1.0")
    assert fits("MIT OR GPL-2.0-only")
