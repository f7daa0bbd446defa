"""The command: reads the kept figures, and writes plots and the pages' tables. A second run changes nothing."""

import argparse
from pathlib import Path

from winnow_bench.kept import read_kept
from winnow_bench.report.charts import CHARTS
from winnow_bench.report.page import check_places, refresh
from winnow_bench.report.svg import draw
from winnow_bench.scale.page import refresh_scale
from winnow_cli.output import print_json, say
from winnow_contracts.errors import NotFound

PAGE = Path("docs") / "performance.md"
DESIGNS_PAGE = Path("docs") / "why-dual-persistence.md"
SCALE_PAGE = Path("docs") / "scale.md"
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
        say("The pages and their plots tell of the kept figures already.")
    return 0


def render(root: Path) -> dict[Path, str]:
    """The pages and the plots, as the kept figures below ``root`` make them, by path.

    Raises NotFound if a page is missing, or a kept file is no result of a bench.
    """
    results = read_kept(root)
    plotted = [bench for bench in results if bench in CHARTS]
    pages = {root / page: _text(root / page) for page in (PAGE, DESIGNS_PAGE, SCALE_PAGE)}
    check_places(pages.values(), results)
    plots = {root / PLOTS / f"{bench}.svg": draw(CHARTS[bench](results[bench]["figures"])) for bench in plotted}
    written = {path: refresh(text, results, plotted) for path, text in pages.items()}
    written[root / SCALE_PAGE] = refresh_scale(written[root / SCALE_PAGE], results)
    return {**written, **plots}


def _text(page: Path) -> str:
    if not page.exists():
        raise NotFound(f"There is no {page}.", hint="Run this from the project's root, or name it with --root.")
    return page.read_text(encoding="utf-8")
