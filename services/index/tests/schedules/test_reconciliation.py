"""Jobs of which nothing is heard are sent again, unless silence proves nothing."""

import pytest

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts import queues
from winnow_contracts.envelope import now_ms
from winnow_index.history.open_commands import OpenCommands
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.schedules.reconciliation import Reconciliation

pytestmark = pytest.mark.real


class Stuck(OpenCommands):
    """Notes of which lanes silent jobs were looked for."""

    def reopen_stuck(self, queues, *, silent_ms):
        self.asked = (set(queues), silent_ms)
        return super().reopen_stuck(queues, silent_ms=silent_ms)


@pytest.fixture
def commands(database):
    return Stuck(database)


@pytest.fixture
def look(database, commands):
    """Look while so many messages wait in these queues."""

    def looked(**waiting):
        named = (queues.INDEX_EVENTS, *queues.LANES)
        depths = {name: LaneDepth(ready=waiting.get(name.replace(".", "_"), 0), consumers=1) for name in named}
        return Reconciliation(database, commands, silent_seconds=7200, depths=lambda: depths).look()

    return looked


@pytest.fixture
def heard(database):
    """Index was there in these of the last minutes."""

    def keep(*minutes_ago):
        for minutes in minutes_ago:
            at_ms = now_ms() - minutes * 60_000
            QueueStatistics(database).keep({queues.AI: LaneDepth(ready=0, consumers=1)}, at_ms)

    return keep


def test_silent_jobs_are_looked_for_in_every_lane_in_which_nothing_waits(look, heard, commands):
    heard(1, 2, 3, 4)
    assert look(media_bulk=1) == {"commands": 0}
    assert commands.asked == (set(queues.LANES) - {queues.MEDIA_BULK}, 7_200_000)


def test_while_events_wait_to_be_stored_no_silent_job_is_taken_for_lost(look, heard, commands):
    heard(1, 2, 3, 4)
    assert "put_off" in look(index_events=1)
    assert not hasattr(commands, "asked")


@pytest.mark.parametrize("minutes", [(), (1, 2, 3), (1, 2, 6, 7, 8)])
def test_after_index_was_away_it_waits_until_events_can_have_come(look, heard, commands, minutes):
    heard(*minutes)
    assert "put_off" in look()
    assert not hasattr(commands, "asked")
