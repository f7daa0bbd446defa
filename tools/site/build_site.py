"""Builds the site from the pages, for reading in a browser without a net: ``python tools/site/build_site.py``.

The pages stay as people read them in a checkout. For the site they are laid into one folder, and links are brought in
step: README becomes the first page, what is no page of the site, such as a source file, is named without a link, and
diagrams become pictures. Ends with another code than 0 if a link leads nowhere, or if a page would load anything from
elsewhere.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from drawings import drawn

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Path(__file__).with_name("zensical.toml")
_SEARCH = Path(__file__).with_name("iframe-worker.js")
"""Lets the site's search work on pages that are opened from a disk."""
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_FOREIGN = re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=[\"'](https?://[^\"']+)")
"""What a browser would fetch from elsewhere when it shows a page."""
_ASIDE = ("docs/upstream",)
"""Folders whose pages are for others than readers of the site."""


def places(root: Path) -> dict[Path, Path]:
    """Where each page and picture of the checkout stands in the site."""
    found = {root / "README.md": Path("index.md"), root / "README.ko.md": Path("index.ko.md")}
    found |= {root / name: Path(name) for name in ("CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")}
    for file in sorted((root / "docs").rglob("*")):
        if file.suffix in (".md", ".png", ".svg") and not file.relative_to(root).as_posix().startswith(_ASIDE):
            place = file.relative_to(root / "docs")
            found[file] = place.with_name("index.md") if place.name == "README.md" else place
    return found


def moved(text: str, source: Path, known: dict[Path, Path]) -> str:
    """The text of a page with its links as they are in the site."""

    def link(found: re.Match[str]) -> str:
        picture, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        if not target or "://" in target or target.startswith("mailto:"):
            return found[0]
        file = Path(os.path.normpath(source.parent / target))
        file = file / "README.md" if file / "README.md" in known else file
        if file in known:
            return f"{picture}[{words}]({os.path.relpath(known[file], known[source].parent)}{anchor})"
        if not file.exists():
            raise SystemExit(f"{source}: the link to {target} leads nowhere.")
        return words

    return _LINK.sub(link, text)


def lay(folder: Path, root: Path = ROOT) -> None:
    """Lays every page and picture into a folder, as the site has them."""
    known = places(root)
    for source, place in known.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            text, pictures = drawn(moved(source.read_text(encoding="utf-8"), source, known), place.stem)
            for name, content in {place.name: text, **pictures}.items():
                (folder / place).with_name(name).write_text(content, encoding="utf-8")
        else:
            shutil.copy(source, folder / place)


def foreign(site: Path) -> set[str]:
    """The addresses elsewhere that a browser would ask when it shows the pages of a site."""
    pages = (file.read_text(encoding="utf-8") for file in site.rglob("*.html"))
    return {address for page in pages for address in _FOREIGN.findall(page)}


def main() -> None:
    """Builds the site into ``site/`` of the checkout, or where ``--into`` says."""
    parser = argparse.ArgumentParser(description="Builds the site from the pages.")
    parser.add_argument("--into", type=Path, default=ROOT / "site", metavar="FOLDER", help="in place of site/")
    into = parser.parse_args().into
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        lay(work / "pages")
        shutil.copy(_SEARCH, work / "pages")
        shutil.copy(SETTINGS, work)
        zensical = Path(sys.executable).with_name("zensical")
        built = subprocess.run((zensical, "build", "--strict", "--clean"), cwd=work, check=False)
        if built.returncode:
            sys.exit(built.returncode)
        if asked := foreign(work / "site"):
            sys.exit(f"The site would load from elsewhere: {', '.join(sorted(asked))}")
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(work / "site", into)
    print(f"Open {into / 'index.html'}")


if __name__ == "__main__":
    main()
