"""What a node gives a lane, from its settings."""

import pytest

from winnow_base.environment import Environment
from winnow_chassis.worker.lane import Lane, read_lane
from winnow_contracts.errors import Misconfigured


def test_a_lane_has_its_defaults_until_a_setting_says_otherwise():
    assert read_lane(Environment({}), "ai.speech", threads=16) == Lane(name="ai.speech", threads=16, prefetch=1)
    given = Environment({"WINNOW_AI_SPEECH_THREADS": "2", "WINNOW_AI_SPEECH_PREFETCH": "5", "WINNOW_AI_THREADS": "9"})
    lane = read_lane(given, "ai.speech", threads=16)
    assert (lane.threads, lane.prefetch, lane.messages) == (2, 5, 10)
    assert read_lane(given, "ai", threads=16).threads == 9


def test_a_lane_without_threads_or_messages_is_refused_by_name():
    environment = Environment({"WINNOW_MEDIA_BULK_THREADS": "0", "WINNOW_MEDIA_BULK_PREFETCH": "0"})
    read_lane(environment, "media.bulk", threads=1)
    with pytest.raises(Misconfigured, match=r"WINNOW_MEDIA_BULK_THREADS .*; WINNOW_MEDIA_BULK_PREFETCH "):
        environment.done()
