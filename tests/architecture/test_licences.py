"""Every part states its licence, and no locked package has an incompatible one (decision 17)."""

import runpy
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LICENCES = runpy.run_path(str(ROOT / "tools" / "release" / "licences.py"))
fits, licence = LICENCES["fits"], LICENCES["licence"]


def test_every_project_and_the_root_name_the_licence() -> None:
    projects = [*ROOT.glob("pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]
    assert len(projects) == 30
    for project in projects:
        assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["license"] == "Apache-2.0", project
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_every_installed_package_has_a_licence_that_fits() -> None:
    others = LICENCES["others"]()
    assert len(others) > 100
    odd = {one.metadata["Name"]: licence(one) for one in others if one.metadata["Name"] not in LICENCES["KNOWN"]}
    assert {name: text for name, text in odd.items() if not fits(text)} == {}


def test_a_licence_that_does_not_fit_is_seen() -> None:
    assert not fits("GPL-2.0-only")
    assert not fits("AGPL-3.0-or-later")
    assert not fits("")
    assert not fits("MIT AND SSPL-1.0")
    assert fits("MIT OR GPL-2.0-only")
