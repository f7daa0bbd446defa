"""Wheels of every package, installed where there is no checkout, hold all that they need and start."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes

import pytest
from packaging.requirements import Requirement

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


def test_every_wheel_asks_for_its_siblings_in_its_own_version(release, versions):
    wanted = {wheel.name: siblings(wheel) for wheel in release.folder.glob("*.whl")}
    assert sum(map(len, wanted.values())) > 60
    assert {str(one.specifier) for asked in wanted.values() for one in asked} == {f"=={versions['the_version']()}"}


def test_pip_refuses_packages_of_two_releases(release, versions, tmp_path):
    version = versions["the_version"]()
    later = of_another_version(next(release.folder.glob("winnow_contracts-*.whl")), "9.9.9", tmp_path)

    def ask_pip(contracts):
        folders = ("--find-links", str(release.folder), "--find-links", str(later.parent))
        command = (sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-index", *folders)
        packages = (f"winnow-captions=={version}", f"winnow-contracts=={contracts}")
        return subprocess.run((*command, *packages), capture_output=True, text=True, check=False)

    assert f"Would install winnow-captions-{version} winnow-contracts-{version}" in ask_pip(version).stdout
    refused = ask_pip("9.9.9")
    assert refused.returncode == 1
    assert f"winnow-captions {version} depends on winnow-contracts=={version}" in refused.stdout + refused.stderr


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


def siblings(wheel):
    """What a wheel requires of Winnow."""
    with zipfile.ZipFile(wheel) as opened:
        (about,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        required = message_from_bytes(opened.read(about)).get_all("Requires-Dist", [])
    return [one for one in map(Requirement, required) if one.name.startswith("winnow-")]


def of_another_version(wheel, version, folder):
    """The same wheel as another release would have it."""
    name, own, *rest = wheel.name.split("-")
    other = folder / "-".join((name, version, *rest))
    with zipfile.ZipFile(wheel) as read, zipfile.ZipFile(other, "w") as written:
        for entry in read.namelist():
            renamed = entry.replace(f"{name}-{own}.dist-info", f"{name}-{version}.dist-info")
            content = read.read(entry).replace(f"Version: {own}\n".encode(), f"Version: {version}\n".encode())
            written.writestr(renamed, content)
    return other
