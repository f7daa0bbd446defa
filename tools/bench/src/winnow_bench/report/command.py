"""The command: reads the kept figures, and writes plots and the page's tables. A second run changes nothing."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow_bench.report.charts import CHARTS
from winnow_bench.report.page import refresh
from winnow_bench.report.svg import draw
from winnow_bench.results import KEPT
from winnow_cli.output import print_json, say
from winnow_contracts.errors import NotFound

PAGE = Path("docs") / "performance.md"
PLOTS = PAGE.with_suffix("")
"""Below the project's root, like the kept figures."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench report``."""
    parser.add_argument("--root", type=Path, default=Path(), metavar="FOLDER", help="the project's root (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the paths that were written as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Writes every file whose text has changed, and says which."""
    written = []
    for path, text in render(arguments.root).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(str(path))
    if arguments.json:
        print_json({"written": written})
    elif written:
        say("\n".join(f"{path} was written." for path in written))
    else:
        say("The page and its plots tell of the kept figures already.")
    return 0


def render(root: Path) -> dict[Path, str]:
    """The page and the plots, as the kept figures below ``root`` make them, by path.

    Raises NotFound if there is no page, or a kept file is no result of a bench.
    """
    results = {path.stem: _read(path) for path in sorted((root / KEPT).glob("*.json"))}
    plotted = [bench for bench in results if bench in CHARTS]
    page = root / PAGE
    if not page.exists():
        raise NotFound(f"There is no {page}.", hint="Run this from the project's root, or name it with --root.")
    plots = {root / PLOTS / f"{bench}.svg": draw(CHARTS[bench](results[bench]["figures"])) for bench in plotted}
    return {page: refresh(page.read_text(encoding="utf-8"), results, plotted), **plots}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotFound(f"{path} has no figures: {error}", hint="Keep them anew with --keep.") from error
    if missing := {"bench", "when", "conditions", "figures"} - result.keys():
        raise NotFound(f"{path} has no {min(missing)!r}.", hint="Keep the figures anew with --keep.")
    return result
