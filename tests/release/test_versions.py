"""All packages have one version, which one command changes."""

import shutil
import subprocess
import sys

import pytest

from .conftest import RELEASE, ROOT


@pytest.fixture
def copy(tmp_path, versions):
    """The projects and the changelog alone."""
    for project in versions["projects"](ROOT):
        target = tmp_path / project.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project, target)
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    return tmp_path


def test_every_package_has_the_version_of_the_root(versions):
    assert versions["the_version"]() == versions["read_version"](ROOT / "pyproject.toml")


def test_a_new_version_is_written_everywhere_and_dated(versions, copy):
    before = [project.read_text() for project in versions["projects"](copy)]
    versions["write_version"]("7.8.9", copy)
    assert versions["the_version"](copy) == "7.8.9"
    changed = [
        sum(old != new for old, new in zip(text.splitlines(), project.read_text().splitlines(), strict=True))
        for text, project in zip(before, versions["projects"](copy), strict=True)
    ]
    assert set(changed) == {1}
    assert "## Unreleased\n\n## 7.8.9 - 20" in (copy / "CHANGELOG.md").read_text()


def test_a_package_with_another_version_is_named(versions, copy):
    project = copy / "libs" / "base" / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "', 'version = "9', 1))
    with pytest.raises(SystemExit, match=r"libs/base/pyproject.toml: 9"):
        versions["the_version"](copy)


def test_what_is_no_version_is_refused():
    done = subprocess.run((sys.executable, str(RELEASE / "versions.py"), "next"), capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (1, "'next' is no version such as 1.2.3.")
