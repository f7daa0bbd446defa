import subprocess
import sys

TESTS = """
import time

def test_at_once():
    pass

def test_slow():
    time.sleep(0.3)

def test_slowest():
    time.sleep(0.6)
"""


def test_the_slowest_tests_of_all_environments_come_slowest_first(tmp_path, slowest):
    (tmp_path / "test_some.py").write_text(TESTS)
    for environment in ("media", "py311-journal"):
        run = (sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", tmp_path)
        subprocess.run((*run, f"--junit-xml={tmp_path}/{environment}.xml", tmp_path), check=True, capture_output=True)
    found = slowest["slowest"](tmp_path, 4)
    assert {name for _, _, name in found[:2]} == {"test_some::test_slowest"}
    assert {name for _, _, name in found[2:]} == {"test_some::test_slow"}
    assert {environment for _, environment, _ in found} == {"media", "py311-journal"}
    assert [seconds for seconds, _, _ in found] == sorted((seconds for seconds, _, _ in found), reverse=True)


def test_a_run_without_tests_has_no_slowest(tmp_path, slowest):
    assert slowest["slowest"](tmp_path / "absent") == []
