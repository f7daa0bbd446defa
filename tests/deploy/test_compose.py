"""deploy/compose.yaml and the Dockerfiles: who reaches the database, who has which secret, who is root, what scales."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

OURS = {"media-examine", "media", "media-fetch", "ai", "ai-api", "index", "index-api", "gateway"}
INDEX = {"index", "index-api"}
BESIDE = {"models": "models", "backup": "backup", "restore": "backup"}
"""What runs beside them, of an image of ours."""
NODES = OURS - {"ai-api", "index-api"}
"""Those with a journal."""
PACKAGES = {
    "media": ("media",),
    "ai": ("ai",),
    "index": ("index", "statistics", "retention", "webhooks", "accounts"),
    "gateway": ("gateway", "web", "ops", "photos", "uploads", "exports", "signin"),
}

Compose = dict[str, Any]
ReadImage = Callable[[str], Any]


def secrets_of(service: dict[str, Any]) -> set[str]:
    return {entry if isinstance(entry, str) else entry["source"] for entry in service.get("secrets", [])}


def files_of(service: dict[str, Any]) -> set[str]:
    """The names that its secrets have inside."""
    return {entry if isinstance(entry, str) else entry["target"] for entry in service.get("secrets", [])}


def test_only_index_reaches_the_database_and_has_its_password(compose: Compose) -> None:
    services = compose["services"]
    saves = {"backup", "restore"}
    assert {name for name in services if "database" in services[name]["networks"]} == {*INDEX, *saves, "database"}
    assert {name for name in services if "database_url" in secrets_of(services[name])} == {*INDEX, *saves}
    assert {name for name in services if "database_password" in secrets_of(services[name])} == {"database"}
    assert compose["networks"]["database"]["internal"] is True


def test_only_ai_has_the_key_of_the_ai_endpoint(compose: Compose) -> None:
    holders = {name for name, service in compose["services"].items() if "ai_api_key" in secrets_of(service)}
    assert holders == {"ai", "ai-api", "models"}


def test_the_admins_key_is_given_to_the_program_that_adds_it(compose: Compose) -> None:
    variable = "WINNOW_INDEX_ADMIN_KEY_FILE"
    assert [name for name in OURS if variable in compose["services"][name]["environment"]] == ["index"]
    assert {name for name, one in compose["services"].items() if "admin_key" in secrets_of(one)} == {"index"}


def test_only_the_proxy_is_published_and_on_loopback(compose: Compose, root: Path) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert list(published) == ["proxy"]
    assert all(port.startswith("127.0.0.1:") for port in published["proxy"])
    served = re.findall(r"listen (\d+);", (root / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8"))
    assert [port.rpartition(":")[2] for port in published["proxy"]] == served


def test_each_kind_of_node_has_an_account_of_the_store_that_is_its_own(compose: Compose) -> None:
    for name, service in compose["services"].items():
        accounts = {
            found[1] for one in secrets_of(service) if (found := re.match(r"s3_([\w-]+)_(access|secret)_key", one))
        }
        holders = {*NODES, "backup"}
        assert accounts == (holders if name == "accounts" else {name} & holders), name
    assert {name for name, one in compose["services"].items() if "s3_root_password" in secrets_of(one)} == {
        "store",
        "accounts",
        "restore",
    }


def test_what_saves_and_restores_sees_the_volume_of_every_kind_of_node_and_runs_only_if_asked(compose: Compose) -> None:
    for name in ("backup", "restore"):
        service = compose["services"][name]
        assert service["profiles"] == [name]
        assert {one for one in service["volumes"] if isinstance(one, str)} == {f"{one}:/nodes/{one}" for one in NODES}
        [folder] = [one for one in service["volumes"] if isinstance(one, dict)]
        assert folder["target"] == "/backups"
        assert folder["bind"] == {"create_host_path": False}, "Docker would make it for root"
    assert "amqp_url" not in secrets_of(compose["services"]["backup"])


def test_volumes_of_a_new_machine_belong_to_who_restores_into_them(read_image: ReadImage) -> None:
    """Docker gives an empty volume the owner of the folder that it is mounted on."""
    runtime = read_image("backup").runtime
    [run] = [words for name, words in runtime if name == "RUN" and "install -d" in words]
    install = run.partition("install -d")[2].split()
    assert install[:2] == ["-o", "10001"]
    assert {word for word in install if word.startswith("/")} == {f"/nodes/{node}" for node in NODES}
    assert runtime.index(("RUN", run)) < runtime.index(("USER", "10001"))


def test_services_are_not_needed_for_a_restore(compose: Compose) -> None:
    assert not OURS & set(compose["services"]["restore"]["depends_on"])


def test_nodes_of_a_service_share_a_volume_and_take_a_folder_each(compose: Compose) -> None:
    volumes = set()
    for name in NODES:
        service = compose["services"][name]
        assert service["entrypoint"] == ["python", "-m", "winnow_base.node_folder"]
        assert service["environment"]["WINNOW_NODE"] == name
        [volume] = service["volumes"]
        assert volume == f"{name}:{service['environment']['WINNOW_NODES_DIR']}"
        volumes.add(volume)
        assert "container_name" not in service
        assert "ports" not in service
    assert len(volumes) == len(NODES)


def test_every_container_has_limits_of_memory_and_processes_and_of_its_log(compose: Compose) -> None:
    for name, service in compose["services"].items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert service["pids_limit"] > 0, name
        assert service["logging"]["options"]["max-size"], name


def test_every_container_of_ours_has_a_limit_of_processors_that_can_be_chosen(compose: Compose) -> None:
    assert {compose["services"][name]["cpus"] for name in OURS} == {"${WINNOW_CPUS:-2}"}


def test_the_memory_of_media_suffices_for_a_large_decoder_on_each_processor(compose: Compose, root: Path) -> None:
    media = compose["services"]["media"]
    processors = int(re.sub(r"\D", "", media["cpus"]))
    settings = (root / "services/media/src/winnow_media/settings.py").read_text(encoding="utf-8")
    found = re.search(r'"WINNOW_MEDIA_CHILD_MEMORY_BYTES", ([\d_]+) << 20', settings)
    assert found
    assert processors * int(found[1]) < mega(media["mem_limit"])


def test_the_database_keeps_to_its_memory(compose: Compose) -> None:
    database = compose["services"]["database"]
    settings = dict(word.removeprefix("-c").split("=") for word in database["command"][1:])
    assert mega(settings["shared_buffers"]) + mega(settings["maintenance_work_mem"]) < mega(database["mem_limit"]) / 2
    assert mega(settings["effective_cache_size"]) < mega(database["mem_limit"])


def test_the_broker_blocks_publishers_before_its_memory_is_full(compose: Compose, root: Path) -> None:
    text = (root / "deploy" / "rabbitmq" / "rabbitmq.conf").read_text(encoding="utf-8")
    found = re.search(r"^vm_memory_high_watermark\.absolute = (\d+M)iB$", text, re.MULTILINE)
    assert found
    # What is garbage in Erlang's memory until it is collected comes on top.
    assert mega(found[1]) <= mega(compose["services"]["broker"]["mem_limit"]) * 2 / 3


def mega(text: str) -> int:
    found = re.fullmatch(r"(\d+)([mg])b?", text.casefold())
    assert found
    return int(found[1]) * {"m": 1, "g": 1024}[found[2]]


def test_who_needs_another_waits_until_that_one_is_well(compose: Compose) -> None:
    for name, service in compose["services"].items():
        for other, how in service.get("depends_on", {}).items():
            ends = compose["services"][other]["restart"] == "no"
            assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy"), (name, other)
    assert {"broker", "accounts"} <= set(compose["services"]["gateway"]["depends_on"])


def test_what_is_watched_are_all_nodes_and_apis(compose: Compose, root: Path) -> None:
    read = yaml.safe_load((root / "deploy" / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
    found = {}
    for job in read["scrape_configs"]:
        for one in job.get("dns_sd_configs", []):
            assert job["job_name"] == f"winnow-{one['names'][0]}"
            found[one["names"][0]] = one["port"]
    assert found == dict.fromkeys(NODES, 9100) | {"ai-api": 8083, "index-api": 8082}


def test_every_file_that_is_mounted_is_there(compose: Compose, root: Path) -> None:
    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if isinstance(volume, str) and volume.startswith("./")
    ]
    assert len(mounted) > 5
    for path in mounted:
        assert (root / "deploy" / path).exists(), path


def test_what_decodes_strangers_files_has_no_way_out_and_what_fetches_them_decodes_nothing(compose: Compose) -> None:
    media = {name: service for name, service in compose["services"].items() if name.startswith("media")}
    assert {name for name, service in media.items() if "outside" in service["networks"]} == {"media-fetch"}
    assert media["media-fetch"]["command"][-2:] == ["--lanes", "fetch"]
    assert compose["networks"]["inside"]["internal"] is True


def test_no_secret_stands_in_the_environment(compose: Compose) -> None:
    for service in compose["services"].values():
        for name in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|SECRET|TOKEN|KEY|AMQP_URL|DATABASE_URL)$", name), name


def test_every_secret_file_that_is_named_is_given(compose: Compose) -> None:
    for name, service in compose["services"].items():
        wanted = {
            Path(value).name for value in service.get("environment", {}).values() if "/run/secrets/" in str(value)
        }
        assert wanted <= files_of(service), name
        assert secrets_of(service) <= set(compose["secrets"]), name


def test_each_of_our_services_is_built_from_the_root_by_its_own_dockerfile(compose: Compose, root: Path) -> None:
    built = {name: service["build"] for name, service in compose["services"].items() if "build" in service}
    assert set(built) == {*OURS, *BESIDE}
    for name, build in built.items():
        assert build["context"] == ".."
        folder = f"deploy/{BESIDE[name]}" if name in BESIDE else f"services/{name.split('-')[0]}"
        assert build["dockerfile"] == f"{folder}/Dockerfile"
        assert (root / build["dockerfile"]).is_file()


def test_every_worker_is_kept_by_a_parent_that_forks_it(compose: Compose, read_image: ReadImage) -> None:
    def is_kept(name: str) -> bool:
        service = compose["services"][name]
        command = service.get("command", read_image(name.split("-")[0]).command)
        return "winnow_base.prefork" in command

    assert {name for name in OURS if is_kept(name)} == {"media-examine", "media", "media-fetch", "ai", "index"}
    assert all("winnow_base.prefork" in read_image(name).command for name in ("media", "ai", "index"))


def test_other_images_are_pinned(compose: Compose) -> None:
    for name, service in compose["services"].items():
        if name not in {*OURS, *BESIDE}:
            assert re.search(r":[\w.-]*\d[\w.-]*\}?$", service["image"]), service["image"]


def test_every_part_has_a_health_check(compose: Compose, read_image: ReadImage) -> None:
    for name, service in compose["services"].items():
        if name in {*OURS, *BESIDE}:
            image = read_image(BESIDE.get(name, name.split("-")[0]))
            checks = [argument for key, argument in image.runtime if key == "HEALTHCHECK"]
            assert len(checks) == 1
        elif name != "accounts":
            assert "healthcheck" in service, name


def test_every_variable_that_compose_sets_is_one_that_the_code_reads(compose: Compose, root: Path) -> None:
    for name in OURS:
        packages = [f"services/{one}" for one in PACKAGES[name.partition("-")[0]]]
        read = set()
        for path in [file for one in ("libs/*", *packages) for file in root.glob(f"{one}/src/**/*.py")]:
            read |= set(re.findall(r'"((?:WINNOW|OTEL)_\w+)"', path.read_text(encoding="utf-8")))
        given = {key.removesuffix("_FILE") for key in compose["services"][name]["environment"]}
        assert given <= read, name


def test_the_example_settings_are_those_that_compose_asks_for(compose: Compose, root: Path) -> None:
    asked = set(
        re.findall(r"\$\{((?:WINNOW|OTEL)_\w+)", (root / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    )
    offered = set(
        re.findall(r"^((?:WINNOW|OTEL)_\w+)=", (root / "deploy" / ".env.example").read_text("utf-8"), re.MULTILINE)
    )
    assert offered == asked


def test_limits_and_choices_of_the_settings_reach_the_services_that_keep_to_them(compose: Compose) -> None:
    readers = {
        "WINNOW_INDEX_BUDGET_USD_PER_DAY": INDEX,
        "WINNOW_INDEX_BUDGETS_USD_PER_DAY": INDEX,
        "WINNOW_INDEX_RETENTION_DAYS": INDEX,
        "WINNOW_INDEX_UPLOAD_DAYS": INDEX,
        "WINNOW_INDEX_ANSWER_DAYS": INDEX,
        "WINNOW_INDEX_TIME_ZONE": INDEX,
        "WINNOW_AI_VISION_RETRIES": {"ai", "ai-api"},
        "WINNOW_AI_VISION_PER_MINUTE": {"ai", "ai-api"},
        "WINNOW_GATEWAY_REGION": {"gateway"},
        "WINNOW_GATEWAY_OIDC_ISSUER": {"gateway"},
        "WINNOW_FETCH_URLS": {"gateway", "media-fetch"},
        "WINNOW_FETCH_HOSTS": {"gateway", "media-fetch"},
    }
    for variable, services in readers.items():
        asked = f"${{{variable}:-"
        given = {name for name in OURS if asked in compose["services"][name]["environment"].get(variable, "")}
        assert given == services, variable


def test_images_have_two_stages_the_same_base_and_no_root(service: str, read_image: ReadImage) -> None:
    image = read_image(service)
    builder, runtime = image.stages
    assert builder == f"{runtime} AS builder"
    users = [argument for name, argument in image.runtime if name == "USER"]
    assert users == ["10001"]  # a number: whoever runs it can see that it is not root's
    assert runtime == "${PYTHON_IMAGE}"
    labels = " ".join(argument for name, argument in image.runtime if name == "LABEL")
    for label in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{label}=" in labels
    package = {"gateway": "web"}.get(service, service)  # the pages bring the gateway, as the operators' API does
    assert f"--package winnow-{package}" in " ".join(image.sync_command)
    assert {"--locked", "--no-dev", "--no-editable"} <= set(image.sync_command)


def test_only_media_has_ffmpeg(service: str, read_image: ReadImage) -> None:
    installs = [argument for name, argument in read_image(service).runtime if name == "RUN" and "apt-get" in argument]
    assert [("ffmpeg" in install) for install in installs] == ([True] if service == "media" else [])


def test_the_broker_keeps_a_task_for_hours_and_drops_no_message(compose: Compose, root: Path) -> None:
    settings = (root / "deploy" / "rabbitmq" / "rabbitmq.conf").read_text(encoding="utf-8")
    found = re.search(r"^consumer_timeout = (\d+)$", settings, re.MULTILINE)
    assert found
    assert int(found[1]) >= 12 * 3600 * 1000
    assert "delivery-limit" in str(compose["services"]["broker"]["post_start"])
