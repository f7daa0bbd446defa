from pathlib import Path

from winnow_local.secret_files import kept_secret, random_secret, write_secret


def test_a_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secrets" / "token")
    assert (tmp_path / "secrets" / "token").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "token") == kept_secret(tmp_path / "token")


def test_an_open_secret_is_closed_when_it_is_written_again(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("old")
    file.chmod(0o644)
    write_secret(file, "new")
    assert file.read_text().strip() == "new"
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_two_secrets_are_alike() -> None:
    assert random_secret() != random_secret()
