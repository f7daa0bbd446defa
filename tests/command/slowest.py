"""Finds the slowest tests of a run in the JUnit files of its environments."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree


def slowest(folder: Path, most: int = 10) -> list[tuple[float, str, str]]:
    """Returns seconds, environment and name of at most ``most`` tests, slowest first; a test's time includes its
    fixtures'.

    ``folder`` has a JUnit file for each environment, named for it.
    """
    return sorted(_tests(folder), reverse=True)[:most]


def _tests(folder: Path) -> Iterator[tuple[float, str, str]]:
    for file in folder.glob("*.xml"):
        for case in ElementTree.parse(file).iter("testcase"):
            yield float(case.get("time", 0)), file.stem, f"{case.get('classname')}::{case.get('name')}"
