"""docs/reference/database-tables.md tells of the database that the migrations make."""

from make_reference import DATABASE_PAGE, FOLDER, marked
from tables_page import database_page


def test_the_page_of_tables_is_what_the_migrated_database_has(prepared, database_url):
    kept = (FOLDER / DATABASE_PAGE).read_text(encoding="utf-8")
    assert kept == marked(database_page(database_url)), (
        "It is stale. With a stack that runs: "
        '.venv/bin/python tools/reference/make_reference.py --database "$(cat .winnow/secrets/database-url)"'
    )
