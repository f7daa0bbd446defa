from pathlib import Path

from winnow_contracts.states import mermaid
from winnow_journal.decision import SkipReason
from winnow_journal.values import StartReason

PAGE = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")


def test_the_diagram_of_the_page_is_made_from_the_table_of_moves():
    assert mermaid() in PAGE


def test_the_page_explains_every_meaning_a_message_can_have():
    for code in [*StartReason, *SkipReason]:
        assert f"`{code}`" in PAGE
