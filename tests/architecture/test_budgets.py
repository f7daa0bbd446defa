"""How patient each service is with a task: the figures that operators are told to start from."""

import pytest

from winnow_ai import worker as ai
from winnow_ai.settings import EndpointSettings
from winnow_chassis.environment import Environment
from winnow_chassis.routes import Policy
from winnow_contracts.commands import Examine, PreparePhoto, PrepareRecording
from winnow_index import worker as index
from winnow_media import worker as media
from winnow_media.settings import read_settings

DAY_SECONDS = 86_400


@pytest.fixture
def media_policies(tmp_path):
    names = ("AMQP_URL", "S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SERVICE_TOKEN", "INDEX_URL")
    variables = {f"WINNOW_{name}": "x" for name in names}
    settings = read_settings(Environment({**variables, "WINNOW_DATA_DIR": str(tmp_path)}))
    return {route.command: route.policy for route in media.make_routes(settings, None, None, None, None)}


def budget(policy: Policy) -> tuple[int, float]:
    return policy.retries, policy.backoff_seconds


def test_uploads_and_preparing_are_tried_three_times_more_from_five_seconds(media_policies):
    assert budget(media_policies[Examine]) == (3, 5)
    assert budget(media_policies[PrepareRecording]) == (3, 5)
    assert budget(media_policies[PreparePhoto]) == (3, 5)
    assert media_policies[PreparePhoto].limit_seconds == 300


def test_speech_is_tried_five_times_more_from_thirty_seconds_and_a_piece_may_take_sixty():
    assert budget(ai.SPEECH) == (5, 30)
    assert EndpointSettings.transcription_timeout_seconds == 60


def test_text_is_tried_three_times_more_from_twenty_seconds_and_a_call_may_take_thirty():
    assert budget(ai.TEXT) == (3, 20)
    assert EndpointSettings.embedding_timeout_seconds == 30


def test_storing_is_tried_five_times_more_from_five_seconds():
    assert budget(index.STORING) == (5, 5)


def test_nothing_is_begun_that_waited_longer_than_a_day(media_policies):
    for policy in (*media_policies.values(), ai.SPEECH, ai.TEXT, index.STORING):
        assert policy.max_age_seconds == DAY_SECONDS


def test_every_attempt_ends_before_the_broker_takes_its_message_away(media_policies):
    consumer_timeout_seconds = 12 * 3600  # deploy/rabbitmq/rabbitmq.conf and winnow_local's
    for policy in (*media_policies.values(), ai.SPEECH, ai.TEXT, index.STORING):
        assert policy.limit_seconds < consumer_timeout_seconds
