"""Makes the clients' types from the OpenAPI document, and the client without asyncio from the one with it.

Run it as ``.venv/bin/python tools/apitypes/make_types.py``. The document is that of the installed gateway, printed
without a server. Ruff gives the Python files their form.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from document import read
from python_types import python_files
from sync_twin import sync_twin
from typescript_types import typescript

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path("clients/python/src/winnow_client")
TYPESCRIPT = Path("clients/typescript/winnow.d.ts")


def served_document() -> dict[str, Any]:
    """The document of the gateway that is installed beside this Python."""
    command = (sys.executable, "-m", "winnow_gateway.print_document")
    document: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return document


def made_from(document: Mapping[str, Any]) -> dict[Path, str]:
    """The text of every file that is made from a document, by its path in the repository."""
    found = read(document)
    types = {CLIENT / "generated" / name: text for name, text in python_files(found).items()}
    twins = {CLIENT / name: _twin(f"async_{name}") for name in ("client.py", "resources.py", "feeds.py", "webhooks.py")}
    formed = {file: _formed(file, text) for file, text in {**types, **twins}.items()}
    return {**formed, TYPESCRIPT: typescript(found)}


def _twin(origin: str) -> str:
    return sync_twin((ROOT / CLIENT / origin).read_text(encoding="utf-8"), origin)


def _formed(file: Path, text: str) -> str:
    ruff = str(Path(sys.executable).with_name("ruff"))
    arguments = ("--quiet", "--stdin-filename", str(file), "-")
    for command in (
        (ruff, "check", "--fix", "--unsafe-fixes", "--exit-zero", *arguments),
        (ruff, "format", *arguments),
    ):
        text = subprocess.run(command, input=text, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return text


def main() -> None:
    """Writes the files, into the repository or where ``--into`` says."""
    parser = argparse.ArgumentParser(description="Makes the clients' types from the OpenAPI document.")
    parser.add_argument("--into", type=Path, default=ROOT, metavar="FOLDER", help="in place of the repository")
    folder = parser.parse_args().into
    for file, text in made_from(served_document()).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main()
