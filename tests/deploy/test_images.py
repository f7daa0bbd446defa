"""Each image contains its own service and no other, and says what it lacks when it is started without settings."""

import json
import re
import subprocess
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Built = Callable[[str], Path]
ReadImage = Callable[[str], Any]

MODULES = {
    "media": ("winnow_media.worker", "winnow_media.photo_child", "winnow_media.feeds.child", "pillow_heif"),
    "ai": ("winnow_ai.worker", "winnow_ai.api.server"),
    "index": (
        "winnow_index.worker",
        "winnow_index.migrate_program",
        "winnow_index.api.server",
        "winnow_statistics.api",
        "winnow_retention.worker",
        "winnow_webhooks.api",
        "winnow_accounts.api",
        "winnow_feeds.api",
    ),
    "gateway": (
        "winnow_gateway.server",
        "winnow_web.blueprint",
        "winnow_ops.api",
        "winnow_photos.api",
        "winnow_uploads.api",
        "winnow_exports.api",
        "winnow_notices.api",
        "winnow_signin.api",
    ),
}
SERVED = {
    "gateway": {
        "winnow_captions",
        "winnow_web",
        "winnow_ops",
        "winnow_photos",
        "winnow_uploads",
        "winnow_exports",
        "winnow_notices",
        "winnow_signin",
    },
    "media": {"winnow_captions"},
    "index": {"winnow_statistics", "winnow_retention", "winnow_webhooks", "winnow_accounts", "winnow_feeds"},
}
LIBRARIES = {"winnow_contracts", "winnow_journal", "winnow_base", "winnow_chassis"}
COMPOSED = ("media-examine", "media", "media-fetch", "ai", "ai-api", "index", "index-api", "gateway")

pytestmark = pytest.mark.timeout(300)


def run(
    environment: Path, *command: str, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment / "bin" / command[0], *command[1:]],
        env={"PATH": "/usr/bin:/bin", **(variables or {})},
        cwd=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def importable(environment: Path, module: str) -> bool:
    program = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return run(environment, "python", "-c", program).returncode == 0


def test_it_holds_its_own_service_and_the_libraries_and_no_sibling(service: str, built: Built) -> None:
    found = {path.name for path in (built(service) / "lib").glob("python*/site-packages/winnow_*") if path.is_dir()}
    installed = {name for name in found if not name.endswith(".dist-info")}
    assert installed == LIBRARIES | {f"winnow_{service}"} | SERVED.get(service, set())


def test_nothing_in_it_points_back_to_the_build(service: str, built: Built) -> None:
    pointers = [*built(service).glob("lib/python*/site-packages/*winnow*.pth")]
    assert pointers == []


def test_only_index_can_speak_to_postgresql(service: str, built: Built) -> None:
    assert importable(built(service), "psycopg2") == (service == "index")


def test_it_has_no_development_tools_and_no_build_tools(service: str, built: Built) -> None:
    assert [name for name in ("pytest", "mypy", "ruff", "uv") if importable(built(service), name)] == []


def test_what_it_starts_can_be_imported(service: str, built: Built) -> None:
    for module in MODULES[service]:
        done = run(built(service), "python", "-W", "error", "-c", f"import {module}")
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMPOSED)
def test_started_with_nothing_set_it_names_all_that_compose_must_give(
    name: str, compose: dict[str, Any], built: Built, read_image: ReadImage
) -> None:
    described = compose["services"][name]
    service = Path(described["build"]["dockerfile"]).parent.name
    image = read_image(service)

    done = run(built(service), *described.get("command", image.command))

    assert done.returncode not in (0, None)
    sentences = done.stderr.strip().splitlines()
    assert len(sentences) == 1, done.stderr
    assert described["command"] == image.command or name != service, "the image starts what compose does"
    missing = set(re.findall(r"(WINNOW_\w+) is not set", sentences[0]))
    assert "WINNOW_SERVICE_TOKEN" in missing
    given = {key.removesuffix("_FILE") for key in described["environment"]} | set(image.environment())
    assert missing - given == set()


def test_its_health_check_passes_while_the_health_port_answers_and_only_then(
    service: str, built: Built, read_image: ReadImage
) -> None:
    [check] = [argument for name, argument in read_image(service).runtime if name == "HEALTHCHECK"]
    command = json.loads(check.partition("CMD ")[2])
    port_name = "WINNOW_HEALTH_PORT"
    assert port_name in read_image(service).environment()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
    variables = {port_name: str(server.server_port)}
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        assert run(built(service), *command, variables=variables).returncode == 0
        server.shutdown()
        thread.join()
    assert run(built(service), *command, variables=variables).returncode != 0


def test_the_models_image_holds_the_endpoint_and_no_service(built: Built) -> None:
    site = built("models").glob("lib/python*/site-packages/winnow_*")
    found = {path.name for path in site if path.is_dir() and not path.name.endswith(".dist-info")}
    assert found == {"winnow_models", "winnow_base", "winnow_contracts", "winnow_journal"}
    done = run(built("models"), "python", "-m", "winnow_models.server", variables={"HOME": "/nowhere"})
    assert "WINNOW_MODELS_API_KEY is not set" in done.stderr


def test_the_backup_image_holds_its_program_and_no_service(built: Built) -> None:
    site = built("backup").glob("lib/python*/site-packages/winnow_*")
    found = {path.name for path in site if path.is_dir() and not path.name.endswith(".dist-info")}
    assert found == {"winnow_backup", "winnow_cli", "winnow_client", *LIBRARIES}


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_what_saves_and_restores_gets_all_from_compose_that_it_needs(
    name: str, compose: dict[str, Any], built: Built, read_image: ReadImage
) -> None:
    described = compose["services"][name]
    done = run(built("backup"), *described.get("command", read_image("backup").command))
    missing = set(re.findall(r"(WINNOW_\w+) is not set", done.stderr))
    given = {key.removesuffix("_FILE") for key in described["environment"]}
    assert missing == given - {"WINNOW_BACKUP_HOURS"}


def test_the_backup_image_has_the_dump_program_of_the_servers_version(compose: dict[str, Any], built: Built) -> None:
    program = "from winnow_backup.postgres_programs import programs; print(programs())"
    folder = run(built("backup"), "python", "-c", program).stdout.strip()
    done = subprocess.run([f"{folder}/pg_dump", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r" (\d+)\.", done.stdout)
    assert version
    assert f"-pg{version[1]}-" in compose["services"]["database"]["image"]


class Healthy(BaseHTTPRequestHandler):
    """Answers /healthz, nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
