import subprocess

import pytest


@pytest.fixture
def git(tmp_path):
    def call(*words):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(("git", "-C", tmp_path, *identity, *words), check=True, capture_output=True)

    return call


@pytest.fixture
def checkout(tmp_path, git):
    """Packages ``libs/one`` and ``libs/two`` with tests and ``libs/bare`` without, on main."""
    for package in ("libs/one", "libs/two", "libs/bare"):
        (tmp_path / package / "src").mkdir(parents=True)
        (tmp_path / package / "pyproject.toml").touch()
        (tmp_path / package / "src" / "code.py").touch()
    for package in ("libs/one", "libs/two"):
        (tmp_path / package / "tests").mkdir()
        (tmp_path / package / "tests" / "test_code.py").touch()
    (tmp_path / "README.md").touch()
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "Begin")
    git("checkout", "-q", "-b", "branch")
    return tmp_path


def test_a_branch_without_a_change_has_no_changed_package(checkout, changed):
    assert changed["changed_packages"](checkout) == []


def test_what_a_branch_committed_changed_and_added_counts(checkout, changed, git):
    (checkout / "libs/one/src/code.py").write_text("committed")
    git("commit", "-q", "-a", "-m", "Change")
    assert changed["changed_packages"](checkout) == ["libs/one"]
    (checkout / "libs/two/tests/test_new.py").touch()
    assert changed["changed_packages"](checkout) == ["libs/one", "libs/two"]


def test_what_main_got_since_the_branch_left_it_does_not_count(checkout, changed, git):
    git("checkout", "-q", "main")
    (checkout / "libs/one/src/code.py").write_text("on main")
    git("commit", "-q", "-a", "-m", "Change main")
    git("checkout", "-q", "branch")
    (checkout / "libs/two/src/code.py").write_text("not committed")
    assert changed["changed_packages"](checkout) == ["libs/two"]


def test_files_of_no_package_and_packages_without_tests_do_not_count(checkout, changed):
    (checkout / "README.md").write_text("new")
    (checkout / "libs/bare/src/code.py").write_text("new")
    assert changed["changed_packages"](checkout) == []
