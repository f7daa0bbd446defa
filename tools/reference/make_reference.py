"""Makes the pages of docs/reference from the code that they are about.

Run it as ``.venv/bin/python tools/reference/make_reference.py``. The page of the database's tables is made
as well where ``--database`` gives the address of a migrated one.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from commands_page import commands_page
from messages_page import messages_page
from problems_page import problems_page
from settings_page import settings_page
from tables_page import database_page, journal_page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES = {
    "settings.md": settings_page,
    "messages.md": messages_page,
    "problems.md": problems_page,
    "commands.md": commands_page,
    "journal-tables.md": journal_page,
}
"""What makes each page."""
DATABASE_PAGE = "database-tables.md"
MARK = "<!-- Made by tools/reference/make_reference.py: change the code that this tells of, and make it again. -->\n\n"


def marked(page: str) -> str:
    """A page with the word that it is made, and not written."""
    return MARK + page


def main() -> None:
    """Writes the pages."""
    parser = argparse.ArgumentParser(description="Makes the pages of docs/reference.")
    parser.add_argument("--database", metavar="URL", help="a migrated PostgreSQL, for the page of its tables")
    database = parser.parse_args().database
    pages = {name: make() for name, make in PAGES.items()}
    if database:
        pages[DATABASE_PAGE] = database_page(database)
    for name, page in pages.items():
        (FOLDER / name).write_text(marked(page), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
