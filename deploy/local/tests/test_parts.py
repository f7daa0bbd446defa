"""The table of parts and the configuration made from it; nothing is started."""

import json
import shlex
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from winnow_contracts.errors import Misconfigured
from winnow_local.home import Home
from winnow_local.part import Elsewhere, Part
from winnow_local.parts import choose, table
from winnow_local.plan import Plan, make_plan
from winnow_local.ports import DEFAULT_PORTS
from winnow_local.settings import read_settings
from winnow_local.supervisor_config import render
from winnow_models.head_card import threshold


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return make_plan(read_settings({"WINNOW_HOME": str(tmp_path / "home"), "HOME": "/tmp"}), DEFAULT_PORTS)


def ours(plan: Plan) -> dict[str, Part]:
    return {part.name: part for part in table(plan) if isinstance(part, Part)}


def test_every_part_of_the_product_is_in_the_table(plan: Plan) -> None:
    assert set(ours(plan)) == {
        *("epmd", "rabbitmq", "s3", "postgres", "models", "index-api", "ai-api", "index"),
        *("media-examine", "media", "ai", "gateway"),
    }


def test_no_secret_stands_in_a_command(plan: Plan) -> None:
    secrets = [file.read_text().strip() for file in (*plan.home.secrets.iterdir(), plan.home.admin_key)]
    words = [word for part in ours(plan).values() for word in part.tied_command()]
    assert not [word for word in words for secret in secrets if secret in word]


def test_only_index_is_told_where_the_database_is(plan: Plan) -> None:
    knowing = {
        name
        for name, part in ours(plan).items()
        for variable in part.environment
        if variable.startswith("WINNOW_INDEX_DATABASE")
    }
    assert knowing == {"index", "index-api"}


def test_each_node_has_a_data_folder_of_its_own(plan: Plan) -> None:
    folders = [
        part.environment["WINNOW_DATA_DIR"] for part in ours(plan).values() if "WINNOW_DATA_DIR" in part.environment
    ]
    assert len(folders) == len(set(folders)) == 7


def test_every_worker_is_kept_by_a_parent_that_forks_it_and_no_other_part_is(plan: Plan) -> None:
    kept = {name for name, part in ours(plan).items() if "winnow_base.prefork" in part.command}
    assert kept == {name for name, part in ours(plan).items() if part.worker}


def test_the_gateway_proves_ready_on_a_port_of_its_own(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("winnow_local.parts.answers_http", lambda url, name: asked.append(url))
    gateway = ours(plan)["gateway"]
    gateway.probe()
    assert asked == [f"http://127.0.0.1:{gateway.environment['WINNOW_HEALTH_PORT']}/readyz"]
    assert gateway.environment["WINNOW_HEALTH_PORT"] != gateway.environment["WINNOW_GATEWAY_PORT"]


def test_a_running_stack_of_a_version_without_that_port_can_still_be_read(tmp_path: Path) -> None:
    ports = {name: port for name, port in DEFAULT_PORTS.items() if name != "health_gateway"}
    plan = make_plan(read_settings({"WINNOW_HOME": str(tmp_path / "home"), "HOME": "/tmp"}), ports)
    assert ours(plan)["gateway"].url.endswith(":8080")


def test_what_a_part_needs_stands_before_it(plan: Plan) -> None:
    seen: set[str] = set()
    for name, part in ours(plan).items():
        assert set(part.needs) <= seen
        seen.add(name)


def test_only_the_wanted_parts_are_chosen_with_their_companions(plan: Plan) -> None:
    chosen = [part.name for part in choose(table(plan), only=("rabbitmq", "s3"))]
    assert chosen == ["epmd", "rabbitmq", "s3"]


def test_a_companion_stays_away_with_its_part(plan: Plan) -> None:
    assert not {"rabbitmq", "epmd"} & {part.name for part in choose(table(plan), without=("rabbitmq",))}


def test_an_unknown_part_is_refused_with_the_known_ones(plan: Plan) -> None:
    with pytest.raises(Misconfigured, match="no part 'rabit'") as refused:
        choose(table(plan), only=("rabit",))
    assert "rabbitmq" in refused.value.hint


def test_parts_that_run_elsewhere_are_used_instead_of_ours(tmp_path: Path) -> None:
    variables = {
        "WINNOW_HOME": str(tmp_path / "home"),
        "HOME": "/tmp",
        "WINNOW_AMQP_URL": "amqp://me:hidden@broker:5672/x",
        "WINNOW_INDEX_DATABASE_URL": "postgresql://me:hidden@db/winnow",
        "WINNOW_S3_ENDPOINT": "store:9000",
        "WINNOW_S3_ACCESS_KEY": "their-access",
        "WINNOW_S3_SECRET_KEY": "their-secret",
        "WINNOW_AI_BASE_URL": "http://ai/v1",
        "WINNOW_AI_API_KEY": "their-key",
        "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
        "WINNOW_AI_EMBEDDING_MODEL": "vectors",
    }
    plan = make_plan(read_settings(variables), DEFAULT_PORTS)
    elsewhere = {part.name: part.url for part in table(plan) if isinstance(part, Elsewhere)}
    assert elsewhere == {
        "rabbitmq": "amqp://broker:5672/x",
        "s3": "store:9000",
        "postgres": "postgresql://db/winnow",
        "models": "http://ai/v1",
    }
    assert plan.secret_file("amqp-url").read_text().strip() == variables["WINNOW_AMQP_URL"]
    assert plan.secret_file("ai-key").read_text().strip() == "their-key"
    assert ours(plan)["ai"].environment["WINNOW_AI_TRANSCRIPTION_MODEL"] == "speech"
    assert not {"rabbitmq", "epmd", "s3", "postgres", "models"} & set(ours(plan))


def test_a_store_elsewhere_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="WINNOW_S3_SECRET_KEY"):
        read_settings({"WINNOW_HOME": str(tmp_path), "HOME": "/tmp", "WINNOW_S3_ENDPOINT": "store:9000"})


def test_the_runner_reads_back_every_command_and_environment(plan: Plan, tmp_path: Path) -> None:
    parts = ours(plan)
    file = tmp_path / "supervisor.conf"
    file.write_text(render(plan.home, parts.values()))
    for folder in (plan.home.logs, plan.home.sockets):
        folder.mkdir(parents=True)
    options = ServerOptions()
    options.realize(["-c", str(file)])
    read = {group.name: group.process_configs[0] for group in options.process_group_configs}
    assert set(read) == set(parts)
    for name, part in parts.items():
        assert tuple(shlex.split(read[name].command)) == part.tied_command()
        assert {key: read[name].environment[key] for key in part.environment} == dict(part.environment)
        assert read[name].autorestart is not False


def test_odd_letters_in_paths_survive_the_configuration(tmp_path: Path) -> None:
    part = Part(
        name="odd", command=("echo", 'a "b" %c', "d e"), url="", probe=lambda: None, environment={"X": '100% "x,y=1'}
    )
    home = Home(root=tmp_path)
    file = tmp_path / "supervisor.conf"
    file.write_text(render(home, (part,)))
    home.logs.mkdir()
    home.sockets.mkdir()
    options = ServerOptions()
    options.realize(["-c", str(file)])
    read = options.process_group_configs[0].process_configs[0]
    assert tuple(shlex.split(read.command)) == part.tied_command()
    assert read.environment == {"X": '100% "x,y=1'}


def test_sockets_of_a_home_with_a_long_path_fit_the_kernel(tmp_path: Path) -> None:
    home = Home(root=tmp_path / ("long" * 30))
    assert len(str(home.sockets / "runner.sock")) < 100
    assert home.sockets == Home(root=home.root).sockets


def test_the_local_stack_classifies_photos_with_the_shipped_head_at_its_own_threshold(plan: Plan) -> None:
    given = ours(plan)["ai"].environment
    assert given["WINNOW_AI_VISION_MODEL"] == "winnow-waste-1"
    assert json.loads(given["WINNOW_AI_VISION_THRESHOLDS"]) == {"winnow-waste-1": threshold()}
    assert given["WINNOW_AI_TEXT_MODEL"] == ""
    assert given["WINNOW_AI_NODES"] == "1"


def test_an_outside_endpoint_s_chat_models_are_passed_on_and_its_limits_left_alone(tmp_path: Path) -> None:
    outside = {
        "WINNOW_HOME": str(tmp_path / "home"),
        "HOME": "/tmp",
        "WINNOW_AI_BASE_URL": "https://ai.example.invalid/v1",
        "WINNOW_AI_API_KEY": "secret",
        "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
        "WINNOW_AI_EMBEDDING_MODEL": "vectors",
        "WINNOW_AI_VISION_MODEL": "eyes",
    }
    given = ours(make_plan(read_settings(outside), DEFAULT_PORTS))["ai"].environment
    assert (given["WINNOW_AI_VISION_MODEL"], given["WINNOW_AI_TEXT_MODEL"]) == ("eyes", "")
    assert not {"WINNOW_AI_VISION_PER_MINUTE", "WINNOW_AI_VISION_THRESHOLDS"} & set(given)


def test_the_nodes_that_share_a_limit_are_counted(tmp_path: Path) -> None:
    settings = read_settings({"WINNOW_HOME": str(tmp_path / "home"), "HOME": "/tmp"})
    ports = {**DEFAULT_PORTS, "health_ai_2": 1}
    given = ours(make_plan(settings, ports, {"ai": 2}))
    assert given["ai"].environment["WINNOW_AI_NODES"] == given["ai-2"].environment["WINNOW_AI_NODES"] == "2"


def test_the_gateway_can_ask_every_node_for_its_journal(tmp_path: Path) -> None:
    settings = read_settings({"WINNOW_HOME": str(tmp_path / "home"), "HOME": "/tmp"})
    given = ours(make_plan(settings, {**DEFAULT_PORTS, "health_ai_2": 1}, {"ai": 2}))
    named = given["gateway"].environment["WINNOW_GATEWAY_NODES"].split(",")
    nodes = [part for part in given.values() if part.worker or part.name == "gateway"]
    assert sorted(named) == sorted(f"127.0.0.1:{part.environment['WINNOW_HEALTH_PORT']}" for part in nodes)
