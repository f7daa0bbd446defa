"""Wheels of every package, installed where there is no checkout, hold all that they need and start."""

import hashlib
import json
import re
import subprocess
import zipfile

import pytest

from winnow_local.ports import DEFAULT_PORTS, choose_ports

from .conftest import ROOT

pytestmark = pytest.mark.timeout(600)

SERVICES = {
    "winnow-gateway": "WINNOW_S3_ENDPOINT",
    "winnow-media": "WINNOW_AMQP_URL",
    "winnow-ai": "WINNOW_AI_BASE_URL",
    "winnow-ai-api": "WINNOW_AI_BASE_URL",
    "winnow-index": "WINNOW_INDEX_DATABASE_URL",
    "winnow-index-api": "WINNOW_INDEX_DATABASE_URL",
}


def test_every_file_of_every_package_is_in_its_wheel(release):
    tracked = subprocess.run(
        ("git", "ls-files", "*/*/src/*"), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    wanted = {path.split("/src/", 1)[1] for path in tracked}
    held = {name for wheel in release.folder.glob("*.whl") for name in zipfile.ZipFile(wheel).namelist()}
    assert len([path for path in wanted if path.endswith((".sql", ".html", ".json", ".css", ".js"))]) > 300
    assert wanted - held == set()


def test_there_is_a_wheel_for_every_package_and_a_checksum_for_every_file(release, versions):
    assert len(list(release.folder.glob("*.whl"))) == len(versions["projects"]()) - 1
    lines = (release.folder / "SHA256SUMS").read_text().splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [file for file in release.folder.iterdir() if file.name != "SHA256SUMS"]
    assert told == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_bill_of_materials_and_the_licences_name_what_is_installed_and_no_path(release):
    text = (release.folder / "winnow.cdx.json").read_text()
    bill = {one["name"].lower().replace("_", "-") for one in json.loads(text)["components"]}
    packages = release.environment.glob("lib/python*/site-packages/*.dist-info")
    installed = {about.name.split("-")[0].lower().replace("_", "-") for about in packages}
    assert {name.replace(".", "-") for name in bill} == {name.replace(".", "-") for name in installed}
    assert str(release.folder) not in text
    licences = (release.folder / "licences.md").read_text()
    assert "| pika |" in licences
    assert not re.search(r"\|  \|$", licences, re.MULTILINE)
    assert not {"pytest", "mypy", "tox"} & bill


def test_the_command_line_is_whole(release, versions, tmp_path):
    assert release.run("winnow", "--version").stdout == f"winnow {versions['the_version']()}\n"
    said = release.run("winnow", "--help").stdout
    assert {"up", "add", "backup", "restore", "chaos", "bench", "mcp"} <= set(said.split())
    done = release.run("winnow", "status", WINNOW_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("program", SERVICES)
def test_a_service_starts_to_the_point_of_naming_what_is_not_set(release, program):
    lanes = () if program in ("winnow-gateway", "winnow-ai-api", "winnow-index-api") else ("--lanes", "default")
    done = release.run(program, *lanes)
    assert done.returncode not in (0, None)
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert f"{SERVICES[program]} is not set" in done.stderr


@pytest.mark.real
def test_index_answers_from_its_wheel_with_its_database_made(release, tmp_path):
    (tmp_path / "ports.json").write_text(json.dumps(choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))))
    home = {"WINNOW_HOME": str(tmp_path)}
    try:
        done = release.run("winnow", "up", "--only", "postgres", "index-api", "--detach", "--json", **home)
        assert done.returncode == 0, done.stderr
        parts = json.loads(done.stdout)["parts"]
        assert (parts["postgres"]["state"], parts["index-api"]["state"]) == ("running", "running")
    finally:
        release.run("winnow", "down", **home)
