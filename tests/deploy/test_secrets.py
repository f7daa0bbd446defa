"""deploy/make_secrets.py writes what compose.yaml needs, and overwrites nothing."""

import stat
from pathlib import Path
from types import ModuleType
from typing import Any

from winnow_contracts import api_keys


def test_every_file_that_compose_names_is_written(
    make_secrets: ModuleType, compose: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "secrets"
    written = make_secrets.write_missing(folder, ai_api_key="k")

    named = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert set(written) == {path.name for path in folder.iterdir()} == named
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert api_keys.parse((folder / "admin_key").read_text()) is not None
    password = (folder / "database_password").read_text()
    assert f":{password}@database:5432/" in (folder / "database_url").read_text()


def test_what_is_there_stays_and_related_secrets_are_not_mixed(make_secrets: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets.write_missing(folder, ai_api_key="k")
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "service_token").unlink()
    (folder / "amqp_url").unlink()

    assert make_secrets.write_missing(folder, ai_api_key="other") == ["service_token"]
    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert after["database_url"] == before["database_url"]
    assert "amqp_url" not in after
