"""The time limits of each service for a task: the figures of docs/decisions/0014, with default settings."""

import asyncio
import math

import pytest

from winnow_ai import worker as ai
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines
from winnow_ai.settings import EndpointSettings, read_ai_settings
from winnow_base import metrics
from winnow_base.environment import Environment
from winnow_chassis.settings import read_chassis_settings
from winnow_chassis.worker import actor_runner
from winnow_chassis.worker.routes import Policy
from winnow_contracts.commands import (
    AdviseDisposal,
    ClassifyPhoto,
    EmbedTranscript,
    Examine,
    PreparePhoto,
    PrepareRecording,
    TranscribeAudio,
)
from winnow_contracts.errors import RateLimited, WinnowError
from winnow_index import worker as index
from winnow_media import worker as media
from winnow_media.settings import read_settings

NO_LINES = Lines(speech=None, embedding=None, vision=None, text=None)


@pytest.fixture
def variables(tmp_path):
    names = ("AMQP_URL", "S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SERVICE_TOKEN", "INDEX_URL")
    return {**{f"WINNOW_{name}": "x" for name in names}, "WINNOW_DATA_DIR": str(tmp_path)}


@pytest.fixture
def media_policies(variables):
    settings = read_settings(Environment(variables))
    return {route.command: route.policy for route in media.make_routes(settings, None, None, None, None)}


@pytest.fixture
def ai_environment(variables):
    names = ("BASE_URL", "API_KEY", "TRANSCRIPTION_MODEL", "EMBEDDING_MODEL")
    of_ai = {f"WINNOW_AI_{name}": "x" for name in names}
    return Environment({**variables, **of_ai, "WINNOW_AI_BASE_URL": "http://127.0.0.1:1"})


@pytest.fixture
def ai_settings(ai_environment):
    read_chassis_settings(ai_environment, "ai")
    return read_ai_settings(ai_environment)


@pytest.fixture
def ai_policies(ai_environment):
    chassis = read_chassis_settings(ai_environment, "ai")
    routes = ai.routes(chassis, read_ai_settings(ai_environment), None, None, None, NO_LINES)
    return {route.command: route.policy for route in routes}


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
    assert index.STORING.limit_seconds == 300


def test_preparing_a_recording_may_take_an_hour_and_a_verdict_half_a_minute(media_policies):
    assert media_policies[PrepareRecording].limit_seconds == 3_600
    assert media_policies[Examine].limit_seconds == 30


def test_the_tasks_of_ai_have_room_for_all_their_calls(ai_policies):
    wanted = {
        TranscribeAudio: (5, 30, 7_200),
        EmbedTranscript: (3, 20, 1_800),
        ClassifyPhoto: (5, 30, 300),
        AdviseDisposal: (3, 20, 900),
    }
    assert {
        command: (*budget(ai_policies[command]), ai_policies[command].limit_seconds) for command in wanted
    } == wanted


@pytest.mark.parametrize(("audio_seconds", "limit_seconds"), [(1, 61), (30, 90), (300, 360)])
def test_a_piece_of_speech_may_take_a_minute_and_as_long_as_it_sounds(
    ai_settings, monkeypatch, audio_seconds, limit_seconds
):
    limits, timeout = [], asyncio.timeout
    monkeypatch.setattr(asyncio, "timeout", lambda seconds: (limits.append(seconds), timeout(seconds))[1])
    endpoint = Endpoint(ai_settings.endpoint)
    with pytest.raises(WinnowError):  # nobody answers
        endpoint.transcribe(b"", audio_seconds * 1000, None)
    endpoint.close()
    assert limits[0] == limit_seconds
    assert ai_settings.pieces.longest_ms == 300_000, "the longest piece"


def test_calls_that_look_read_and_embed_have_the_limits_of_their_kind(ai_settings):
    endpoint = ai_settings.endpoint
    assert (endpoint.vision_timeout_seconds, endpoint.text_timeout_seconds) == (60, 30)
    assert (endpoint.embedding_timeout_seconds, endpoint.transcription_timeout_seconds) == (30, 60)


def test_photos_are_limited_by_the_minute_and_speech_by_calls_at_once(ai_settings):
    assert (ai_settings.photos.vision_per_minute, ai_settings.photos.text_per_minute) == (100, 200)
    assert (ai_settings.endpoint.speech_calls, ai_settings.endpoint.embedding_calls) == (16, 16)
    assert ai_settings.photos.answer_ttl_seconds == 3_600


def test_waits_double_with_full_jitter_and_are_never_shorter_than_a_second(monkeypatch):
    monkeypatch.setattr(actor_runner.random, "uniform", lambda shortest, longest: longest)
    policy = Policy(retries=3, backoff_seconds=5, limit_seconds=1)
    assert [actor_runner._backoff_ms(policy, retry) for retry in range(3)] == [5_000, 10_000, 20_000]
    monkeypatch.setattr(actor_runner.random, "uniform", lambda shortest, longest: shortest)
    assert actor_runner._backoff_ms(policy, 2) == 1_000


def test_who_is_told_to_slow_down_waits_as_long_as_asked_and_else_longer_each_time_up_to_a_minute():
    asked = RateLimited("slow down", retry_after_seconds=120)
    assert all(120 < actor_runner._wished_seconds(asked, waited) <= 121 for waited in range(5))
    guessed = [actor_runner._wished_seconds(RateLimited("busy"), waited) for waited in range(12)]
    assert all(2.0**waited <= seconds <= 2.0 ** (waited + 1) for waited, seconds in enumerate(guessed[:5]))
    assert max(guessed) <= 60


def test_durations_are_counted_in_the_buckets_of_the_plan():
    assert metrics.DURATION_BUCKETS == (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300)


def test_nothing_that_was_accepted_becomes_too_old_to_begin(media_policies, ai_policies):
    for policy in (*media_policies.values(), *ai_policies.values(), index.STORING):
        assert policy.max_age_seconds == math.inf


def test_every_attempt_ends_before_the_broker_takes_its_message_away(media_policies, ai_policies):
    consumer_timeout_seconds = 12 * 3600  # deploy/rabbitmq/rabbitmq.conf and winnow_local's
    for policy in (*media_policies.values(), *ai_policies.values(), index.STORING):
        assert policy.limit_seconds < consumer_timeout_seconds
