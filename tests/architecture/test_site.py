"""The site has every page, its links lead where those of the checkout do, and it loads nothing from elsewhere."""

import re
import tomllib

import pytest

from build_site import ROOT, SETTINGS, foreign, lay, moved, places
from drawings import drawn


@pytest.fixture
def known(tmp_path):
    """A small checkout: README, two pages, a picture and a source file."""
    for name in ("README.md", "docs/a.md", "docs/howto/README.md", "docs/pictures/p.png", "libs/code.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return places(tmp_path)


@pytest.mark.parametrize(
    ("page", "written", "in_the_site"),
    [
        ("README.md", "[how](docs/howto/README.md)", "[how](howto/index.md)"),
        ("README.md", "[how](docs/howto/)", "[how](howto/index.md)"),
        ("README.md", "![seen](docs/pictures/p.png)", "![seen](pictures/p.png)"),
        (
            "docs/howto/README.md",
            "[a](../a.md#part), [home](../../README.md)",
            "[a](../a.md#part), [home](../index.md)",
        ),
        ("docs/a.md", "see [`code.py`](../libs/code.py)", "see `code.py`"),
        (
            "docs/a.md",
            "[there](https://example.org/x) and [here](#part)",
            "[there](https://example.org/x) and [here](#part)",
        ),
    ],
)
def test_links_lead_in_the_site_where_they_lead_in_the_checkout(tmp_path, known, page, written, in_the_site):
    assert moved(written, tmp_path / page, known) == in_the_site


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path, known):
    with pytest.raises(SystemExit, match="leads nowhere"):
        moved("[gone](b.md)", tmp_path / "docs/a.md", known)


def test_what_a_browser_would_ask_elsewhere_is_seen(tmp_path):
    (tmp_path / "page.html").write_text(
        '<a href="https://example.org/read">words</a><script src="https://cdn.example/x.js"></script>'
        '<link rel="stylesheet" href="https://fonts.example/f.css"><img src="here.png">'
    )
    assert foreign(tmp_path) == {"https://cdn.example/x.js", "https://fonts.example/f.css"}


def test_every_page_but_decisions_is_in_the_navigation(tmp_path):
    lay(tmp_path)
    laid = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.md")}
    listed = set(
        re.findall(r"[\w/.-]+\.md", str(tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["project"]["nav"]))
    )
    assert listed <= laid
    assert {page for page in laid - listed if not page.startswith("decisions/")} == set()
    assert not (tmp_path / "upstream").exists()
    assert (ROOT / "docs" / "upstream").exists()


DIAGRAM = "flowchart LR\n    accTitle: What asks what\n    a --> b\n"


def test_a_diagram_becomes_a_picture_for_each_look_of_the_site():
    text, pictures = drawn(f"Before.\n\n```mermaid\n{DIAGRAM}```\n\nAfter.\n", "page")
    links = "![What asks what](page-1-light.svg#only-light)\n![What asks what](page-1-dark.svg#only-dark)"
    assert text == f"Before.\n\n{links}\n\nAfter.\n"
    assert pictures.keys() == {"page-1-light.svg", "page-1-dark.svg"}
    assert all(re.match(r'<svg id="\w+" width="[\d.]+" height="[\d.]+"', svg) for svg in pictures.values())


def test_a_diagram_that_does_not_say_what_it_shows_ends_the_build():
    with pytest.raises(ValueError, match="accTitle"):
        drawn("```mermaid\nflowchart LR\n    a --> b\n```\n", "page")
