import json
import subprocess

import pytest

BENCH = """#!/bin/sh
while [ "$1" != --json ]; do shift; done
echo '{"figures": {"ratio": %s}}' > "$2"
"""


@pytest.fixture
def root(tmp_path):
    """A project whose kept ratio is 0.3."""
    kept = tmp_path / "benchmarks" / "results" / "tasks.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"figures": {"ratio": 0.3}}))
    return tmp_path


@pytest.fixture
def bench(root):
    def set_ratio(ratio):
        front_door = root / "winnow"
        front_door.write_text(BENCH % ratio)
        front_door.chmod(0o755)

    return set_ratio


def test_a_ratio_that_fell_by_more_than_a_third_is_told_with_both_numbers_and_what_to_do(ratio):
    told = ratio["told_fall"](kept=0.3, now=0.19)
    assert "0.300" in told
    assert "0.190" in told
    assert "./winnow bench tasks" in told


@pytest.mark.parametrize("now", [0.201, 0.3, 0.9])
def test_a_ratio_that_fell_by_less_or_rose_is_not_told(ratio, now):
    assert ratio["told_fall"](kept=0.3, now=now) == ""


def test_the_ratio_of_a_short_run_is_compared_with_the_kept_one(ratio, root, bench):
    bench(0.29)
    assert ratio["measured_fall"](root) == ""
    bench(0.1)
    assert "0.100" in ratio["measured_fall"](root)


def test_a_bench_that_fails_is_no_ratio_that_stands(ratio, root):
    (root / "winnow").write_text("#!/bin/sh\nexit 1\n")
    (root / "winnow").chmod(0o755)
    with pytest.raises(subprocess.CalledProcessError):
        ratio["measured_fall"](root)


def test_the_project_keeps_a_ratio_to_compare_with(ratio, request):
    kept = json.loads((request.config.rootpath / ratio["KEPT"]).read_text())
    assert kept["figures"]["ratio"] > 0
