"""Starting a node: it requires lanes, names bad settings, and has a route for every command."""

from pathlib import Path

import pytest

from winnow_ai import worker
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings, read_endpoint_settings
from winnow_ai.llm.lines import Lines
from winnow_ai.settings import read_ai_settings
from winnow_base.environment import Environment
from winnow_base.http.internal_clients import IndexClient
from winnow_base.objects.memory import MemoryObjectStore
from winnow_chassis.settings import read_chassis_settings
from winnow_contracts import queues
from winnow_contracts.commands import COMMANDS

VARIABLES = {
    "WINNOW_DATA_DIR": "data",
    "WINNOW_AMQP_URL": "amqp://broker",
    "WINNOW_S3_ENDPOINT": "store:9000",
    "WINNOW_S3_BUCKET": "winnow",
    "WINNOW_S3_ACCESS_KEY": "access",
    "WINNOW_S3_SECRET_KEY": "secret",
    "WINNOW_SERVICE_TOKEN": "token",
    "WINNOW_INDEX_URL": "http://index",
    "WINNOW_AI_BASE_URL": "http://models/v1",
    "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
    "WINNOW_AI_EMBEDDING_MODEL": "vectors",
}


def test_a_node_is_never_started_without_its_lanes(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--lanes", "default,fast"]):
        with pytest.raises(SystemExit):
            worker.main(arguments)
    assert "there is no lane 'fast'" in capsys.readouterr().err


def test_the_node_of_one_machine_takes_from_every_ai_lane_and_each_can_be_taken_alone() -> None:
    ours = {lane for lane in queues.LANES if lane.startswith("ai")}
    assert {*worker.LANES["default"], *worker.LANES["bulk"]} == ours
    assert {lanes for name, lanes in worker.LANES.items() if name != "default"} == {(lane,) for lane in ours}


def test_every_lane_has_threads_of_its_own() -> None:
    given = {"WINNOW_AI_API_KEY": "key", "WINNOW_AI_SPEECH_THREADS": "2", "WINNOW_AI_BULK_PREFETCH": "3"}
    settings = read_ai_settings(Environment(VARIABLES | given))
    assert {lane.name: (lane.threads, lane.prefetch) for lane in settings.lanes} == {
        queues.AI_SPEECH: (2, 1),
        queues.AI_VISION: (16, 1),
        queues.AI: (16, 1),
        queues.AI_BULK: (8, 3),
        queues.AI_WEBHOOKS: (16, 1),
    }


def test_every_command_of_the_ai_lanes_has_a_route(tmp_path: Path, endpoint: Endpoint, lines: Lines) -> None:
    secret = tmp_path / "key"
    secret.write_text("the-secret-key\n")
    environment = Environment(VARIABLES | {"WINNOW_AI_API_KEY_FILE": str(secret)})
    chassis = read_chassis_settings(environment, "ai")
    settings = read_ai_settings(environment)
    assert settings.endpoint.api_key == "the-secret-key"
    assert "the-secret-key" not in repr(settings)

    index = IndexClient(chassis.index_url, chassis.service_token)
    routes = worker.routes(chassis, settings, MemoryObjectStore(), endpoint, index, lines)
    ours = {command for command in COMMANDS.values() if command.QUEUE.startswith("ai")}
    assert {route.command for route in routes} == ours
    assert all(route.policy.retries >= 3 for route in routes)


def test_prefixes_keep_their_spaces_and_make_a_generation_of_their_own() -> None:
    def endpoint(**more: str) -> EndpointSettings:
        return read_endpoint_settings(Environment(VARIABLES | {"WINNOW_AI_API_KEY": "key"} | more))

    plain = endpoint(WINNOW_AI_EMBEDDING_QUERY_PREFIX="")
    query = endpoint(WINNOW_AI_EMBEDDING_QUERY_PREFIX="query: ")
    both = endpoint(WINNOW_AI_EMBEDDING_QUERY_PREFIX="query: ", WINNOW_AI_EMBEDDING_PASSAGE_PREFIX="passage: ")
    assert (both.embedding_query_prefix, both.embedding_passage_prefix) == ("query: ", "passage: ")
    assert plain.generation == "vectors"
    assert len({plain.generation, query.generation, both.generation}) == 3
