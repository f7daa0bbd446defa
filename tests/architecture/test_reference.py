"""The pages of docs/reference are those that the present code makes, and leave out no setting."""

import re
from pathlib import Path

import pytest

from make_reference import DATABASE_PAGE, FOLDER, MARK, PAGES, marked
from settings_source import settings_of
from sql_comments import read_comments

ROOT = Path(__file__).parents[2]

SOURCES = [*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("clients/*/src/**/*.py")]
SOURCES += [*ROOT.glob("deploy/*/src/**/*.py"), ROOT / "winnow"]
NO_SETTINGS = {"WINNOW_AI_", "WINNOW_INDEX_", "WINNOW_STACK", "WINNOW_INDEX_DATABASE", "WINNOW_ON"}
"""Beginnings of names, the mark of a stack's processes, and what a script keeps to itself."""


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_code_makes_now(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == marked(PAGES[name]()), (
        "It is stale. Run: .venv/bin/python tools/reference/make_reference.py"
    )


def test_every_page_of_the_folder_is_listed_and_made_or_is_the_list():
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = {file.name for file in FOLDER.iterdir()}
    assert names == {*PAGES, DATABASE_PAGE, "README.md"}
    assert all(f"]({name})" in listed for name in names - {"README.md"})
    assert (FOLDER / DATABASE_PAGE).read_text(encoding="utf-8").startswith(MARK)


def test_the_page_of_settings_has_every_variable_that_the_source_names():
    listed = set(re.findall(r"^\| `(WINNOW_\w+)`", (FOLDER / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    named = set()
    for file in SOURCES:
        named |= set(re.findall(r"\bWINNOW_[A-Z0-9_]+", file.read_text(encoding="utf-8")))
    plain = {name.removesuffix("_FILE") if name.removesuffix("_FILE") in listed else name for name in named}
    assert plain - listed - NO_SETTINGS == set()
    assert len(listed) > 120


def test_what_a_setting_means_stands_under_the_field_that_it_goes_into():
    of_gateway = {each.name: each for each in settings_of("winnow_gateway.settings", {})}
    assert of_gateway["WINNOW_GATEWAY_STALL_SECONDS"].default == "60"
    assert "silence" in of_gateway["WINNOW_GATEWAY_STALL_SECONDS"].meaning, "of the inner class, not of the outer"
    assert of_gateway["WINNOW_AI_URL"].default is None, "it has to be set"
    assert "tenant" in of_gateway["WINNOW_GATEWAY_OIDC_TENANT"].meaning, "it is read by a helper"


def test_comments_of_sql_are_of_the_table_below_or_of_the_column_before():
    sql = """
-- Of nothing.

-- Of the table.
CREATE TABLE t (
  a text,        -- of a,
                 -- in two lines
  b bigint
);
-- Of c.
ALTER TABLE t ADD COLUMN c text;
"""
    assert read_comments([sql]) == {("t", ""): "Of the table.", ("t", "a"): "of a, in two lines", ("t", "c"): "Of c."}
