"""The import rules hold, and each of them reports a violation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "libs").glob("*/src/*"),
    *(ROOT / "services").glob("*/src/*"),
    *(ROOT / "clients").glob("*/src/*"),
    *(ROOT / "deploy").glob("*/src/*"),
    *(ROOT / "tools").glob("*/src/*"),
]


@pytest.fixture
def house(tmp_path):
    """A copy of every package that a test may break."""
    for source in SOURCES:
        if source.name.startswith("winnow_"):
            shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(folder):
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_house_keeps_its_rules(house):
    found = lint(house)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("winnow_media/actors.py", "import winnow_ai.settings", "one way down"),
        ("winnow_journal/values.py", "import winnow_chassis.settings", "one way down"),
        ("winnow_local/stack.py", "import winnow_harness.fixtures.stack", "one way down"),
        ("winnow_gateway/app.py", "import winnow_web.blueprint", "one way down"),
        ("winnow_gateway/app.py", "import winnow_ops.api", "one way down"),
        ("winnow_gateway/app.py", "import winnow_photos.api", "one way down"),
        ("winnow_gateway/app.py", "import winnow_uploads.api", "one way down"),
        ("winnow_photos/api.py", "import winnow_uploads.api", "one way down"),
        ("winnow_gateway/app.py", "import winnow_exports.api", "one way down"),
        ("winnow_gateway/app.py", "import winnow_notices.api", "one way down"),
        ("winnow_index/api/app.py", "import winnow_statistics.api", "one way down"),
        ("winnow_index/worker.py", "import winnow_retention.worker", "one way down"),
        ("winnow_index/worker.py", "import winnow_webhooks.commands", "one way down"),
        ("winnow_index/api/app.py", "import winnow_accounts.api", "one way down"),
        ("winnow_index/api/app.py", "import winnow_feeds.api", "one way down"),
        ("winnow_gateway/app.py", "import winnow_signin.api", "one way down"),
        ("winnow_ops/api.py", "import winnow_web.blueprint", "one way down"),
        ("winnow_web/blueprint.py", "import winnow_index.settings", "the pages know no service"),
        ("winnow_gateway/app.py", "import winnow_harness.fixtures.proxy", "one way down"),
        ("winnow_cli/main.py", "import winnow_local.stack", "one way down"),
        ("winnow_models/server.py", "import winnow_local.stack", "one way down"),
        ("winnow_backup/taking.py", "import winnow_local.home", "one way down"),
        ("winnow_models/server.py", "import winnow_cli.main", "one way down"),
        (
            "winnow_cli/main.py",
            "import winnow_chassis.settings",
            "the command line needs contracts and the client alone",
        ),
        ("winnow_captions/reading.py", "import winnow_base.logs", "one way down"),
        ("winnow_client/calls.py", "import winnow_contracts.errors", "one way down"),
        ("winnow_cli/main.py", "import winnow_mcp.commands", "one way down"),
        ("winnow_client/calls.py", "import httpx2", "httpx2 in three modules of the client"),
        ("winnow_cli/main.py", "import winnow_gateway.settings", "services are run and asked"),
        ("winnow_contracts/json_codec.py", "import urllib3", "contracts need nothing"),
        ("winnow_media/settings.py", "import pika", "dramatiq and pika only in chassis"),
        ("winnow_index/store/recording_store.py", "import dramatiq", "dramatiq and pika only in chassis"),
        ("winnow_chassis/outbox/runtime.py", "import peewee", "peewee only in journal"),
        ("winnow_contracts/json_codec.py", "import msgspec", "contracts need nothing"),
        ("winnow_chassis/broker/messages.py", "import msgspec", "msgspec in one module of journal"),
        ("winnow_gateway/clients/media_reads.py", "import psycopg2", "psycopg2 in no service but index"),
        ("winnow_index/search/searcher.py", "import psycopg2", "psycopg2 in two modules of index"),
        ("winnow_ai/transcription/transcribe.py", "import openai", "openai in one module of ai"),
        ("winnow_signin/holders.py", "import authlib", "authlib in one module of signin"),
        ("winnow_media/examine.py", "import minio", "minio in the S3 modules of base"),
        ("winnow_ai/actors.py", "import flask", "flask only in gateway"),
        ("winnow_base/tracing.py", "import opentelemetry", "opentelemetry in one module of base"),
        ("winnow_media/actors.py", "import winnow_media.worker", "inside media"),
        ("winnow_media/photo_actor.py", "import winnow_media.worker", "inside media"),
        ("winnow_media/photo.py", "import winnow_media.photo_pixels", "no decoder of pictures"),
        ("winnow_ai/actors.py", "import winnow_ai.worker", "inside ai"),
        ("winnow_index/actors.py", "import winnow_index.worker", "inside index"),
        (
            "winnow_chassis/broker/topology.py",
            "import winnow_chassis.outbox.relay",
            "inside chassis: worker, then outbox",
        ),
        (
            "winnow_chassis/outbox/relay.py",
            "import winnow_chassis.worker.executor",
            "inside chassis: worker, then outbox",
        ),
        ("winnow_ai/llm/request.py", "import winnow_ai.photo.vision", "inside ai: tasks"),
        ("winnow_ai/photo/vision.py", "import winnow_ai.embedding.embed", "inside ai: tasks"),
        ("winnow_index/usage/usage.py", "import winnow_index.control.places", "inside index: api"),
        ("winnow_gateway/clients/live.py", "import winnow_gateway.http.problems", "inside gateway: api"),
        ("winnow_ai/transcription/tools.py", "import winnow_ai.transcription.session", "no circles among modules"),
    ],
)
def test_each_rule_notices_when_it_is_broken(house, module, line, rule):
    path = house / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    found = lint(house)
    assert found.returncode != 0
    broken = [text for text in found.stdout.splitlines() if " BROKEN" in text]
    assert any(rule in text for text in broken), found.stdout
