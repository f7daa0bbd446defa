"""Draws the diagrams that pages have in Mermaid, so that a reader's browser has nothing to draw and nothing to load."""

import json
import re

from merman import Merman

THEMES = {"light": "neutral", "dark": "dark"}
"""The looks of the site, and Mermaid's theme for each."""
_SMALL = ".label, .edgeLabel, foreignObject * { font-size: 12px !important }"
"""Words are drawn smaller than they are measured, so that they fit in a reader's font, which may be a wider one."""
_DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^ *accTitle: *(.+)$", re.MULTILINE)
_SIZE = re.compile(r'width="100%"(.*?viewBox="\S+ \S+ (\S+) (\S+)")', re.DOTALL)


def drawn(text: str, name: str) -> tuple[str, dict[str, str]]:
    """The text of a page with links to pictures in place of its diagrams, and those pictures: SVG by file name.

    File names begin with ``name``. Each diagram has a picture for each look of the site, of which the site shows one.
    Raises ValueError for a diagram that does not say by ``accTitle`` what it shows, and MermanError for one that is no
    Mermaid.
    """
    pictures: dict[str, str] = {}

    def picture(found: re.Match[str]) -> str:
        title = _TITLE.search(found[1])
        if title is None:
            raise ValueError(f"{name}: a diagram has no accTitle, so nobody who does not see it knows what it shows.")
        number = len(pictures) // len(THEMES) + 1
        links = []
        for look, theme in THEMES.items():
            file = f"{name}-{number}-{look}.svg"
            pictures[file] = _svg(found[1], theme)
            links.append(f"![{title[1]}]({file}#only-{look})")
        return "\n".join(links)

    return _DIAGRAM.sub(picture, text), pictures


def _svg(source: str, theme: str) -> str:
    """The picture of a diagram. Its size is its own, as a page has it that shows it as a picture."""
    options = {"site_config": {"theme": theme, "themeCSS": _SMALL}}
    svg = Merman().render_svg(source, json.dumps(options))
    return _SIZE.sub(r'width="\2" height="\3"\1', svg, count=1)
