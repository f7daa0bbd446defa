"""Reads the commands that pages name: the blocks that are marked ``sh``, and ``./winnow …`` within a sentence."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from winnow_cli.main import find_commands

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:WINNOW_\w+=\S+ )*\./winnow [^`]+)`")
_PSEUDO = re.compile(r"[…\[|]|^\./winnow \w+ (?:[A-Z ]+)$")
"""How a sentence writes what is no command as it stands: choices, and what may be left out."""

_MEANT = {"NAME": "speech.at_once", "VALUE": "3", "N": "3", "LANE": "ai", "MONDAY": "2026-11-30", "DAY": "2026-11-30"}
"""What stands for a value that the command line checks."""


def pages() -> list[Path]:
    """Every page that is read by people who run something; not those that a command made, nor decisions."""
    docs = ROOT / "docs"
    others = [page for page in docs.rglob("*.md") if page.parent.name not in ("decisions", "reference", "upstream")]
    return sorted([ROOT / "README.md", ROOT / "README.ko.md", ROOT / "CONTRIBUTING.md", *others])


def blocks(page: Path) -> list[str]:
    """The page's blocks of shell commands, in order."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def lines(page: Path) -> list[str]:
    """The commands of those blocks, one for each line that is no comment."""
    found = [line.partition("  # ")[0].strip() for block in blocks(page) for line in block.splitlines()]
    return [line for line in found if line and not line.startswith("#")]


def named(page: Path) -> Iterator[str]:
    """Every ``./winnow …`` of the page, of blocks and of sentences, from there to its end."""
    text = page.read_text(encoding="utf-8")
    for found in (*lines(page), *_INLINE.findall(text)):
        for command in re.findall(r"\./winnow [^()<>;&|`\"$]*(?:\"[^\"]*\"[^()<>;&|`\"$]*)*", found) or []:
            yield (
                command.strip() if found in lines(page) or not _PSEUDO.search(found) else " ".join(command.split()[:2])
            )


def parse(command: str) -> None:
    """Raises SystemExit where the command line would refuse it. A bare ``./winnow NAME`` has to exist, no more."""
    _, name, *words = shlex.split(command)
    known = find_commands()
    if name == "test":  # the script's own
        return
    if name not in known:
        raise SystemExit(f"There is no command {name}.")
    if not words:
        return
    parser = argparse.ArgumentParser(prog=f"./winnow {name}")
    importlib.import_module(known[name].module).add_arguments(parser)
    meant = {**_MEANT, "NAME": "tasks"} if name == "bench" else _MEANT
    parser.parse_args([meant.get(word, word) for word in words])
