"""A person's own chat model is a part of the stack, or is left out with a sentence if its file is unusable."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openai
import pytest

from winnow_contracts.errors import WinnowError
from winnow_local.part import Part
from winnow_local.parts import table
from winnow_local.plan import make_plan
from winnow_local.ports import DEFAULT_PORTS, choose_ports
from winnow_local.settings import read_settings
from winnow_local.stack import Stack, last_words
from winnow_models.chat import file as chat_file

SCHEMA = {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture
def broken_model(tiny_model: Path, tmp_path: Path) -> Path:
    """A file as an interrupted download leaves it: its beginning is valid."""
    path = tmp_path / "broken.gguf"
    path.write_bytes(tiny_model.read_bytes()[:100_000])
    return path


def settings(home: Path, model: Path, **more: str) -> dict[str, str]:
    return {"WINNOW_HOME": str(home), "HOME": str(home), "WINNOW_LOCAL_CHAT_GGUF": str(model), **more}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Path], tuple[Stack, list[str], list[str]]]]:
    """Starts a stack of the chat part alone; returns it, its messages, and the ready parts."""
    started: list[Stack] = []

    def begin(model: Path) -> tuple[Stack, list[str], list[str]]:
        said: list[str] = []
        ready: list[str] = []
        wishes = choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))
        stack = Stack(read_settings(settings(tmp_path / "home", model)), said.append, wishes)
        started.append(stack)
        stack.up(only=("chat",), tied=True, ready=lambda name, url, seconds: ready.append(name))
        return stack, said, ready

    yield begin
    for stack in started:
        stack.down()


@pytest.mark.real
@pytest.mark.timeout(120)
def test_the_model_of_a_file_answers_by_a_schema_on_loopback_and_only_with_the_key(
    tiny_model: Path, start: Callable[[Path], tuple[Stack, list[str], list[str]]]
) -> None:
    stack, said, ready = start(tiny_model)
    assert (ready, said) == (["chat"], [])
    [status] = [status for status in stack.statuses() if status.name == "chat"]
    assert status.state == "running"
    assert status.url.startswith("http://127.0.0.1:")

    key = stack.plan().secret_file("chat-key").read_text().strip()
    client = openai.OpenAI(base_url=status.url, api_key=key, max_retries=0, timeout=60)
    assert [model.id for model in client.models.list()] == ["tiny model"]
    answer = client.chat.completions.create(
        model="tiny model",
        messages=[{"role": "system", "content": "Answer."}, {"role": "user", "content": "안녕하세요"}],
        max_tokens=200,
        temperature=0,
        response_format={"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": SCHEMA}},
    )
    assert isinstance(json.loads(answer.choices[0].message.content or "")["a"], bool)
    assert key not in Path(f"/proc/{status.pid}/cmdline").read_text()
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").chat.completions.create(model="tiny model", messages=[])


@pytest.mark.real
@pytest.mark.timeout(120)
def test_a_broken_file_is_one_sentence_and_the_start_goes_on(
    broken_model: Path, start: Callable[[Path], tuple[Stack, list[str], list[str]]]
) -> None:
    stack, said, ready = start(broken_model)
    assert ready == []
    [sentence] = said
    assert f"llama.cpp cannot run {broken_model}" in sentence
    assert [status.state for status in stack.statuses() if status.name == "chat"] == ["stopped"]


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("loading\nchat ends: It is broken.\nloading\nerror while loading\n", "It is broken."),
        ("chat ends: First.\nchat ends: Second.\n", "Second."),
        ("loading\nkilled\n", "killed"),
        ("", "it said nothing."),
        (None, "it said nothing."),
    ],
)
def test_why_a_part_ended_is_told_though_it_was_begun_again(tmp_path: Path, log: str | None, words: str) -> None:
    file = tmp_path / "chat.log"
    if log is not None:
        file.write_text(log)
    assert last_words(file, "chat") == words


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "fifo"])
def test_what_is_no_model_is_left_out_with_a_sentence_and_nothing_else_is_missing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.gguf"
    match kind:
        case "empty":
            path.touch()
        case "text":
            path.write_text("<html>Not found</html>")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
    said: list[str] = []
    parts = table(make_plan(read_settings(settings(tmp_path / "home", path)), DEFAULT_PORTS), said.append)
    without = table(make_plan(read_settings({"WINNOW_HOME": str(tmp_path / "home")}), DEFAULT_PORTS))
    assert [part.name for part in parts] == [part.name for part in without]
    [sentence] = said
    assert str(path) in sentence
    assert "WINNOW_LOCAL_CHAT_GGUF" in sentence


def test_without_the_engine_the_model_is_left_out_with_a_sentence(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_file.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WinnowError, match="xllamacpp, which runs the chat model, is not installed"):
        chat_file.check_file(tiny_model)


@pytest.mark.parametrize(
    "outside", [{}, {"WINNOW_AI_BASE_URL": "http://ai/v1", "WINNOW_AI_TEXT_MODEL": "theirs", "WINNOW_AI_API_KEY": "k"}]
)
def test_guidance_is_asked_of_the_own_model_wherever_the_other_models_are(
    tiny_model: Path, tmp_path: Path, outside: dict[str, str]
) -> None:
    models = {"WINNOW_AI_TRANSCRIPTION_MODEL": "a", "WINNOW_AI_EMBEDDING_MODEL": "b"}
    plan = make_plan(read_settings(settings(tmp_path, tiny_model, **models, **outside)), DEFAULT_PORTS)
    parts = {part.name: part for part in table(plan) if isinstance(part, Part)}
    told = parts["ai"].environment
    assert (told["WINNOW_AI_TEXT_MODEL"], told["WINNOW_AI_TEXT_BASE_URL"]) == ("tiny model", parts["chat"].url)
    key_files = {told["WINNOW_AI_TEXT_API_KEY_FILE"], parts["chat"].environment["WINNOW_CHAT_API_KEY_FILE"]}
    assert key_files == {str(plan.secret_file("chat-key"))}
    assert "chat" not in parts["gateway"].needs


def test_the_key_of_a_text_model_elsewhere_reaches_the_ai_service_alone_and_as_a_file(tmp_path: Path) -> None:
    models = {"WINNOW_AI_TRANSCRIPTION_MODEL": "a", "WINNOW_AI_EMBEDDING_MODEL": "b", "WINNOW_AI_TEXT_MODEL": "c"}
    places = {"WINNOW_AI_BASE_URL": "http://ai/v1", "WINNOW_AI_TEXT_BASE_URL": "http://text/v1"}
    keys = {"WINNOW_AI_API_KEY": "k", "WINNOW_AI_TEXT_API_KEY": "text-secret"}
    plan = make_plan(read_settings({"WINNOW_HOME": str(tmp_path), **models, **places, **keys}), DEFAULT_PORTS)
    parts = [part for part in table(plan) if isinstance(part, Part)]
    assert not [part.name for part in parts if "text-secret" in str(part)]
    told = {
        part.name: part.environment["WINNOW_AI_TEXT_API_KEY_FILE"] for part in parts if part.name in ("ai", "ai-api")
    }
    assert {Path(path).read_text().strip() for path in told.values()} == {"text-secret"}
    assert not [
        part.name for part in parts if "WINNOW_AI_TEXT_API_KEY_FILE" in part.environment and part.name not in told
    ]


def test_the_server_alone_says_what_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "winnow_models.chat.server"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for name in ("WINNOW_LOCAL_CHAT_GGUF", "WINNOW_CHAT_PORT", "WINNOW_CHAT_API_KEY"):
        assert name in done.stderr
