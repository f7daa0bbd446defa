"""Chat models at a real endpoint: what is sent, what is counted, and every way an answer can be bad."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from winnow_ai.llm.chat import ChatRequest, TokenUsage, Use
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_contracts.errors import BadInput, RateLimited, Temporary, TimedOut, Unavailable

LOOK = ChatRequest(
    use=Use.VISION,
    model="sight",
    instructions="Say what it is.",
    content="What is it?",
    schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    schema_name="finding",
    temperature=0.2,
    most_tokens=300,
    image=b"\xff\xd8jpeg",
)


def said(content: Any = "{}", finish: str = "stop", **message: Any) -> dict[str, Any]:
    return {"choices": [{"finish_reason": finish, "message": {"role": "assistant", "content": content} | message}]}


def test_the_photo_travels_inside_the_request_with_schema_temperature_and_limit(
    endpoint: Endpoint, server: Any
) -> None:
    server.words.append('{"a": 1}')
    assert endpoint.chat(LOOK) == '{"a": 1}'
    (sent,) = server.chats
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("sight", 0.2, 300)
    assert "max_completion_tokens" not in sent
    assert sent["response_format"]["json_schema"] == {"name": "finding", "strict": True, "schema": LOOK.schema}
    system, user = sent["messages"]
    assert (system["role"], system["content"]) == ("system", "Say what it is.")
    text, image = user["content"]
    assert text == {"type": "text", "text": "What is it?"}
    assert image["image_url"]["url"] == "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8jpeg").decode()


def test_without_a_photo_the_content_is_plain_text_as_the_smallest_servers_take_it(
    endpoint: Endpoint, server: Any
) -> None:
    endpoint.chat(replace(LOOK, use=Use.TEXT, image=None))
    assert server.chats[0]["messages"][1]["content"] == "What is it?"


def test_a_text_model_elsewhere_is_asked_there_with_its_own_key_and_the_vision_model_is_not(
    endpoint_settings: EndpointSettings, server: Any
) -> None:
    elsewhere = replace(endpoint_settings, base_url="http://127.0.0.1:9/v1", text_base_url=server.url)
    for key, sent in (("text-key", "Bearer text-key"), ("", "Bearer none")):
        endpoint = Endpoint(replace(elsewhere, text_api_key=key))
        endpoint.chat(replace(LOOK, use=Use.TEXT, image=None))
        assert server.authorization[-1] == sent
        with pytest.raises(Unavailable):
            endpoint.chat(LOOK)
        endpoint.close()
    assert len(server.chats) == 2


def test_newer_models_are_told_their_limit_under_its_newer_name(
    endpoint_settings: EndpointSettings, server: Any
) -> None:
    endpoint = Endpoint(replace(endpoint_settings, limit_parameter="max_completion_tokens"))
    endpoint.chat(LOOK)
    endpoint.close()
    assert server.chats[0]["max_completion_tokens"] == 300
    assert "max_tokens" not in server.chats[0]


def test_a_repair_shows_the_model_what_it_said_and_what_is_wrong_with_it(endpoint: Endpoint, server: Any) -> None:
    endpoint.chat(LOOK.repairing("nonsense", "It is not JSON."))
    assert [(message["role"], message["content"]) for message in server.chats[0]["messages"][2:]] == [
        ("assistant", "nonsense"),
        ("user", "It is not JSON."),
    ]


def test_tokens_are_told_also_of_an_answer_that_can_not_be_used(endpoint: Endpoint, server: Any) -> None:
    paid: list[TokenUsage | None] = []
    server.words.append("good")
    endpoint.chat(LOOK, paid=paid.append)
    server.misbehave(said("cut", "length") | {"usage": {"prompt_tokens": 7, "completion_tokens": 300}})
    with pytest.raises(Temporary):
        endpoint.chat(LOOK, paid=paid.append)
    assert paid == [TokenUsage(tokens_in=1000, tokens_out=50), TokenUsage(tokens_in=7, tokens_out=300)]


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (said('{"half', "length"), Temporary, [None]),
        (said(None, refusal="I cannot help with people."), BadInput, [None]),
        (said("", "content_filter"), BadInput, [None]),
        (said("  "), Temporary, [None]),
        ({"choices": []}, Temporary, []),
        ({"error": {"message": "overloaded"}}, Temporary, []),
        (b"<html>Welcome</html>", Temporary, []),
    ],
)
def test_an_answer_that_can_not_be_used_is_told_also_where_no_tokens_are_counted(
    endpoint: Endpoint, server: Any, answer: Any, error: type[Exception], told: list[TokenUsage | None]
) -> None:
    paid: list[TokenUsage | None] = []
    server.misbehave(answer)
    with pytest.raises(error):
        endpoint.chat(LOOK, paid=paid.append)
    assert paid == told


@pytest.mark.parametrize("usage", [None, "many", {}, {"prompt_tokens": None, "completion_tokens": -1}])
def test_an_endpoint_that_counts_no_tokens_is_used_all_the_same(endpoint: Endpoint, server: Any, usage: Any) -> None:
    paid: list[TokenUsage | None] = []
    server.misbehave(said() | {"usage": usage})
    assert endpoint.chat(LOOK, paid=paid.append) == "{}"
    assert paid == [TokenUsage() if isinstance(usage, dict) else None]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html>Welcome to the captive portal</html>",
        b'data: {"choices": [{"delta": {"content": "{}"}}]}\n\ndata: [DONE]\n\n',
        b"null",
        b"[]",
        b'{"error": {"message": "overloaded"}}',
        b"[" * 100_000,
        *(
            json.dumps(value).encode()
            for value in (
                {"choices": []},
                {"choices": [1]},
                {"choices": [{"delta": {"content": "{}"}}]},
                said(None),
                said("  "),
                said([{"type": "text", "text": "{}"}]),
                said('{"half', "length"),
            )
        ),
    ],
)
def test_nonsense_instead_of_an_answer_is_upstream_invalid(endpoint: Endpoint, server: Any, body: bytes) -> None:
    for content_type in ("application/json", "text/html", "text/event-stream"):
        server.misbehave(body, headers={"Content-Type": content_type})
        with pytest.raises(Temporary) as caught:
            endpoint.chat(LOOK)
        assert caught.value.code == "upstream-invalid"


def test_an_answer_that_breaks_off_is_upstream_invalid(endpoint: Endpoint, server: Any) -> None:
    server.misbehave(json.dumps(said()).encode()[:20], announce_bytes=5_000)
    with pytest.raises(Temporary) as caught:
        endpoint.chat(LOOK)
    assert caught.value.code == "upstream-invalid"
    assert "broke off" in caught.value.detail


@pytest.mark.parametrize(
    "answer",
    [said(None, refusal="I cannot help with people."), said("I", "content_filter"), said("", "content_filter")],
)
def test_a_model_that_refuses_says_what_to_photograph(endpoint: Endpoint, server: Any, answer: Any) -> None:
    server.misbehave(answer)
    with pytest.raises(BadInput) as caught:
        endpoint.chat(LOOK)
    assert "refuses" in caught.value.detail
    assert "without people" in caught.value.hint


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
def test_a_filter_before_the_model_refuses_like_the_model(endpoint: Endpoint, server: Any, code: str) -> None:
    server.misbehave({"error": {"message": "filtered", "code": code, "param": "prompt"}}, status=400)
    with pytest.raises(BadInput) as caught:
        endpoint.chat(LOOK)
    assert "without people" in caught.value.hint


@pytest.mark.parametrize("patience_seconds", [0.5])
def test_a_hang_is_an_upstream_timeout(endpoint: Endpoint, server: Any) -> None:
    server.misbehave(said(), wait_seconds=30)
    with pytest.raises(TimedOut) as caught:
        endpoint.chat(LOOK)
    assert caught.value.code == "upstream-timeout"


def test_429_carries_the_wished_wait(endpoint: Endpoint, server: Any) -> None:
    server.misbehave({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "17"})
    with pytest.raises(RateLimited) as caught:
        endpoint.chat(LOOK)
    assert caught.value.retry_after_seconds == 17


@pytest.mark.parametrize(
    ("status", "error", "setting"),
    [
        (401, {}, "WINNOW_AI_API_KEY"),
        (404, {"code": "model_not_found"}, "WINNOW_AI_VISION_MODEL"),
        (400, {"param": "response_format"}, "WINNOW_AI_VISION_MODEL"),
        (400, {"param": "temperature"}, "WINNOW_AI_VISION_MODEL"),
        (400, {"param": "max_tokens"}, "WINNOW_AI_LIMIT_PARAMETER"),
    ],
)
def test_a_wrong_setting_is_named_and_kills_no_job(
    endpoint: Endpoint, server: Any, status: int, error: dict[str, str], setting: str
) -> None:
    server.misbehave({"error": {"message": "no"} | error}, status=status)
    with pytest.raises(Unavailable) as caught:
        endpoint.chat(LOOK)
    assert setting in caught.value.hint


def test_a_photo_over_the_endpoints_limit_does_not_name_the_limit_of_audio(endpoint: Endpoint, server: Any) -> None:
    server.misbehave({"error": {"message": "too big"}}, status=413)
    with pytest.raises(BadInput) as caught:
        endpoint.chat(LOOK)
    assert caught.value.code == "too-large"
    assert "PIECE" not in caught.value.hint


def test_every_call_is_counted_with_its_outcome(endpoint_settings: EndpointSettings, server: Any) -> None:
    counted: list[tuple[str, str]] = []
    endpoint = Endpoint(endpoint_settings, lambda model, outcome: counted.append((model, outcome)))
    calls: list[Callable[[], object]] = [lambda: endpoint.chat(LOOK)]
    calls[0]()
    server.misbehave(b"")
    server.misbehave({}, status=429)
    for _ in range(2):
        with pytest.raises(Temporary):
            calls[0]()
    endpoint.close()
    assert counted == [("sight", "ok"), ("sight", "upstream-invalid"), ("sight", "rate-limited")]
