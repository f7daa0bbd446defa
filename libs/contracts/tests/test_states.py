import re

import pytest

from winnow_contracts.states import MOVES, TERMINAL, IllegalMove, TaskState, check_move, mermaid


def test_a_terminal_state_never_changes():
    assert not [move for move in MOVES if move[0] in TERMINAL]


@pytest.mark.parametrize("after", list(TaskState))
def test_every_state_but_pending_can_be_reached(after):
    assert after is TaskState.PENDING or any(move[1] is after for move in MOVES)


def test_a_move_that_is_not_in_the_table_raises():
    with pytest.raises(IllegalMove, match="completed to running"):
        check_move(TaskState.COMPLETED, TaskState.RUNNING)


def test_the_diagram_shows_every_move():
    diagram = mermaid()
    for before, after in MOVES:
        assert f"{before} --> {after}" in diagram


def test_no_reason_has_what_would_end_its_line_in_a_diagram():
    assert [reason for reason in MOVES.values() if re.search("[:;\n]", reason)] == []
