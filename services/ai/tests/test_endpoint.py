"""``Endpoint`` against a real server that misbehaves on purpose."""

import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_contracts.errors import BadInput, RateLimited, Temporary, TimedOut, Unavailable


def test_a_piece_comes_back_with_words_times_and_language(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes]
) -> None:
    heard = endpoint.transcribe(tones(5, at=(1, 3)), 5_000, "en")

    assert heard.language == "en"
    assert [(word.text, word.start) for word in heard.words] == [("word0", 1.0), ("word1", 3.0)]
    assert heard.words[0].confidence == 0.9
    sent = server.transcribed[0]
    assert sent["response_format"] == [b"verbose_json"]
    assert sent["timestamp_granularities[]"] == [b"word", b"segment"]
    assert (sent["model"], sent["language"]) == ([b"speech"], [b"en"])
    assert server.authorization == ["Bearer the-secret-key"]


def test_without_a_chosen_language_none_is_sent(endpoint: Endpoint, server: Any, tones: Callable[..., bytes]) -> None:
    endpoint.transcribe(tones(2), 2_000, None)
    assert "language" not in server.transcribed[0]


def test_vectors_come_in_the_order_asked_and_of_unit_length(endpoint: Endpoint) -> None:
    first, second = endpoint.embed(["one", "two"])
    assert first == endpoint.embed(["one"])[0] != second
    assert sum(number * number for number in first) == pytest.approx(1, abs=1e-6)


def test_429_carries_the_wished_wait_and_is_not_retried_by_the_library(endpoint: Endpoint, server: Any) -> None:
    server.misbehave({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "17"})
    with pytest.raises(RateLimited) as caught:
        endpoint.embed(["text"])
    assert caught.value.retry_after_seconds == 17
    assert len(server.authorization) == 1


def test_429_may_wish_for_a_date_or_milliseconds_or_nothing(endpoint: Endpoint, server: Any) -> None:
    for headers, low, high in (
        ({"Retry-After": formatdate(time.time() + 60, usegmt=True)}, 30, 61),
        ({"retry-after-ms": "1500"}, 1.5, 1.5),
        ({"Retry-After": "soon"}, 0, 0),
    ):
        server.misbehave({}, status=429, headers=headers)
        with pytest.raises(RateLimited) as caught:
            endpoint.embed(["text"])
        assert low <= caught.value.retry_after_seconds <= high


def test_an_account_without_money_waits_for_its_owner(endpoint: Endpoint, server: Any) -> None:
    server.misbehave({"error": {"message": "no quota", "code": "insufficient_quota"}}, status=429)
    with pytest.raises(Unavailable) as caught:
        endpoint.embed(["text"])
    assert "WINNOW_AI_API_KEY" in caught.value.hint


@pytest.mark.parametrize("status", [500, 502, 503, 529])
def test_a_broken_endpoint_is_unavailable(endpoint: Endpoint, server: Any, status: int) -> None:
    server.misbehave(b"<h1>Bad gateway</h1>", status=status, headers={"Content-Type": "text/html"})
    with pytest.raises(Unavailable) as caught:
        endpoint.embed(["text"])
    assert (caught.value.dependency, caught.value.code) == ("ai", "model-unavailable")


def test_an_endpoint_that_is_not_there_is_unavailable(endpoint_settings: EndpointSettings) -> None:
    endpoint = Endpoint(replace(endpoint_settings, base_url="http://127.0.0.1:9/v1"))
    for call in (lambda: endpoint.embed(["text"]), endpoint.probe):
        with pytest.raises(Unavailable) as caught:
            call()
        assert caught.value.dependency == "ai"
        assert "the-secret-key" not in caught.value.detail + caught.value.hint
    endpoint.close()


@pytest.mark.parametrize("patience_seconds", [0.5])
def test_a_hanging_endpoint_times_out_on_our_clock(endpoint: Endpoint, server: Any) -> None:
    server.misbehave(b"{}", wait_seconds=30)
    began = time.monotonic()
    with pytest.raises(TimedOut) as caught:
        endpoint.embed(["text"])
    assert caught.value.code == "upstream-timeout"
    assert time.monotonic() - began < 25


def test_longer_pieces_get_more_patience(
    endpoint_settings: EndpointSettings, server: Any, tones: Callable[..., bytes]
) -> None:
    endpoint = Endpoint(
        replace(endpoint_settings, transcription_timeout_seconds=0.2, transcription_timeout_per_audio_second=10)
    )
    server.before_answer = lambda: time.sleep(0.6)
    assert endpoint.transcribe(tones(2, at=(1,)), 2_000, None).words
    server.before_answer = lambda: server.stopped.wait(30)
    with pytest.raises(TimedOut):
        endpoint.transcribe(tones(0.4), 10, None)
    endpoint.close()


@pytest.mark.parametrize(
    ("status", "error", "setting"),
    [
        (401, {}, "WINNOW_AI_API_KEY"),
        (403, {}, "WINNOW_AI_API_KEY"),
        (404, {"code": "model_not_found"}, "WINNOW_AI_EMBEDDING_MODEL"),
        (400, {"param": "model"}, "WINNOW_AI_EMBEDDING_MODEL"),
    ],
)
def test_a_wrong_setting_is_named_and_kills_no_job(
    endpoint: Endpoint, server: Any, status: int, error: dict[str, str], setting: str
) -> None:
    server.misbehave({"error": {"message": "no"} | error}, status=status)
    with pytest.raises(Unavailable) as caught:
        endpoint.embed(["text"])
    assert setting in caught.value.hint


def test_a_refused_file_is_bad_input(endpoint: Endpoint, server: Any, tones: Callable[..., bytes]) -> None:
    server.misbehave({"error": {"message": "cannot decode", "param": "file"}}, status=400)
    with pytest.raises(BadInput) as caught:
        endpoint.transcribe(tones(1), 1_000, None)
    assert "cannot decode" in caught.value.detail


def test_a_file_over_the_endpoints_limit_names_our_limit(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes]
) -> None:
    server.misbehave({"error": {"message": "too big"}}, status=413)
    with pytest.raises(BadInput) as caught:
        endpoint.transcribe(tones(1), 1_000, None)
    assert caught.value.code == "too-large"
    assert "WINNOW_AI_PIECE_LIMIT_BYTES" in caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the captive portal</html>",
        b"null",
        b"[]",
        b'{"text": null}',
        b'{"text": "a", "segments": "b"}',
        b'{"text": "a", "segments": [{"text": 5}]}',
        b'{"text": "a", "words": [1]}',
        b"[" * 100_000,
    ],
)
def test_nonsense_instead_of_a_transcription_is_upstream_invalid(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes], body: bytes
) -> None:
    for content_type in ("application/json", "text/html"):
        server.misbehave(body, headers={"Content-Type": content_type})
        with pytest.raises(Temporary) as caught:
            endpoint.transcribe(tones(1), 1_000, None)
        assert caught.value.code == "upstream-invalid"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        [{"index": 0, "embedding": [1.0] * 8}],
        [{"index": 0, "embedding": [1.0] * 8}, {"index": 0, "embedding": [1.0] * 8}],
        [{"index": "0", "embedding": [1.0] * 8}, {"index": 1, "embedding": [1.0] * 8}],
        [{"index": 0, "embedding": [1.0] * 8}, {"index": 1, "embedding": [float("nan")] * 8}],
        [{"index": 0, "embedding": [1.0] * 8}, {"index": 1, "embedding": [0.0] * 8}],
        [{"index": 0, "embedding": [1.0] * 8}, {"index": 1, "embedding": [1.0] * 7}],
        [{"index": 0, "embedding": [1.0] * 8}, {"index": 1, "embedding": "AAAA"}],
        [{"index": 0, "embedding": [1.0] * 8}, 5],
    ],
)
def test_nonsense_instead_of_vectors_is_upstream_invalid(endpoint: Endpoint, server: Any, data: Any) -> None:
    server.misbehave({"data": data})
    with pytest.raises(Temporary) as caught:
        endpoint.embed(["one", "two"])
    assert caught.value.code == "upstream-invalid"


def test_vectors_of_another_length_name_the_setting(endpoint: Endpoint, server: Any) -> None:
    server.misbehave({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})
    with pytest.raises(Unavailable) as caught:
        endpoint.embed(["one"])
    assert "WINNOW_AI_EMBEDDING_DIMENSIONS" in caught.value.hint


def test_half_an_answer_is_no_answer(endpoint: Endpoint, server: Any) -> None:
    server.misbehave(b'{"data": [{"index": 0, "emb', announce_bytes=5_000)
    with pytest.raises(Unavailable):
        endpoint.embed(["one"])


def test_impossible_times_are_passed_on_as_unknown(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes]
) -> None:
    words = (
        b'[{"word": " a", "start": NaN, "end": 1}, {"word": "b", "start": -3, "end": Infinity},'
        b' {"word": "", "start": 0, "end": 0}]'
    )
    server.misbehave(b'{"language": "Korean", "text": "a b", "words": ' + words + b"}")
    heard = endpoint.transcribe(tones(1), 1_000, None)
    assert heard.language == "ko"
    assert [(word.text, word.start, word.end) for word in heard.words] == [("a", None, 1), ("b", -3, None)]


def test_text_that_no_database_takes_is_cleaned_and_huge_numbers_are_unknown(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes]
) -> None:
    words = b'[{"word": "a\\ud800b\\u0000", "start": 1e308, "end": 1' + b"0" * 400 + b"}]"
    server.misbehave(b'{"text": "x", "segments": [{"text": "ab", "start": 0, "end": 1}], "words": ' + words + b"}")
    heard = endpoint.transcribe(tones(1), 1_000, None)
    assert [(word.text, word.start, word.end) for word in heard.words] == [("ab", None, None)]


def test_a_model_without_times_is_named_with_what_to_do(
    endpoint: Endpoint, server: Any, tones: Callable[..., bytes]
) -> None:
    server.misbehave({"text": "all that was said"})
    with pytest.raises(Unavailable) as caught:
        endpoint.transcribe(tones(1), 1_000, None)
    assert "without times" in caught.value.detail
    assert "WINNOW_AI_TRANSCRIPTION_MODEL" in caught.value.hint


def test_the_probe_says_whether_the_endpoint_answers_and_takes_the_key(endpoint: Endpoint, server: Any) -> None:
    endpoint.probe()
    server.misbehave({}, status=404)
    endpoint.probe()
    server.misbehave({"error": {"message": "bad key"}}, status=401)
    with pytest.raises(Unavailable):
        endpoint.probe()


def test_every_call_is_counted_with_its_outcome(endpoint_settings: EndpointSettings, server: Any) -> None:
    counted: list[tuple[str, str]] = []
    endpoint = Endpoint(endpoint_settings, lambda model, outcome: counted.append((model, outcome)))
    endpoint.embed(["a"])
    server.misbehave(b"?")
    server.misbehave({}, status=500)
    for _ in range(2):
        with pytest.raises(Temporary):
            endpoint.embed(["a"])
    endpoint.close()
    assert counted == [("vectors", "ok"), ("vectors", "upstream-invalid"), ("vectors", "model-unavailable")]
