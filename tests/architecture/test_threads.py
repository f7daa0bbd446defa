"""Every thread of the services has an owner: it is started in one place, which lists it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
STARTING = {"libs/base/src/winnow_base/background.py"}


def test_threads_are_started_where_they_are_listed():
    sources = [*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]
    assert len(sources) > 200
    found = {str(one.relative_to(ROOT)) for one in sources if "threading.Thread(" in one.read_text(encoding="utf-8")}
    assert found == STARTING
