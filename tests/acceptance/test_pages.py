"""Every command of a page is run here as it stands, or it is said who runs it instead."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from page_commands import ROOT, blocks, lines, pages
from winnow_harness.fixtures.drills import until

WHOLE = ("docs/tutorial.md", "docs/howto/add-a-region.md", "docs/howto/scale.md", "docs/howto/drain.md")
"""Pages that are run from top to bottom, each with a stack of its own that it starts and stops."""

ON_A_STACK = ("docs/howto/replay-dead-tasks.md", "docs/howto/add-a-model.md")
"""Pages that are run against the stack of the tests, with its own ids for what a page calls TASK, JOB and MEDIA."""

ELSEWHERE = {
    "docs/howto/add-an-actor.md": "tests/architecture/test_howto_actor.py runs them in a copy of the code",
    "docs/howto/use-an-endpoint.md": "they need an account; deploy/local/tests starts a stack with another endpoint",
    "docs/client.md": "they install a package, and name the stack that clients/python/tests/test_examples.py has",
    "docs/links.md": "they fetch from the internet; tests/acceptance/test_links.py does from this machine",
    "docs/runbook.md": "they end with 1 where there is something to do; docs/tutorial.md has both",
    "docs/rabbitmq4.md": "they build another Debian, for minutes and as root",
    "docs/webhooks.md": "they post to the internet; tests/acceptance/test_webhooks.py does to this machine",
    "docs/commands.md": "it names another machine; tests/acceptance/test_elsewhere.py has one on another port",
    "docs/history-format.md": "tests/chaos/test_history.py runs the checker over a history",
    "CONTRIBUTING.md": "they run the tests",
    "README.md": "`test` runs the tests; docs/tutorial.md has `demo`",
    "README.ko.md": "the same",
    "./winnow journal adopt /path/of/its/data": "deploy/local/tests has a journal to adopt",
}
"""By page or line: why it is not run here, and who runs it."""


def names_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in pages() if lines(page)], ids=names_of)
def test_the_commands_of_a_page_are_run_or_it_is_said_who_runs_them(page):
    assert sum(names_of(page) in listed for listed in (WHOLE, ON_A_STACK, ELSEWHERE)) == 1


@pytest.fixture
def checkout(tmp_path):
    """A folder to type commands in, as in a checkout: ``./winnow`` is the command of this environment."""
    front_door = tmp_path / "winnow"
    front_door.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).parent}/winnow" "$@"\n')
    front_door.chmod(0o755)
    (tmp_path / "services").symlink_to(ROOT / "services")
    yield tmp_path
    if (tmp_path / ".winnow").exists():
        typed(tmp_path, "./winnow down")


def typed(folder, script, home=None):
    """What a shell prints that is given these lines and stops at the first that fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
    environment |= {"WINNOW_HOME": str(home or folder / ".winnow"), "WINNOW_LOCAL_READY_SECONDS": "300"}
    kept = {
        name: os.environ[name] for name in ("WINNOW_MODELS_FOLDER", "WINNOW_LOCAL_PORT_SHARE") if name in os.environ
    }
    ended = subprocess.run(
        ("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env=environment | kept,
        stdin=subprocess.DEVNULL,  # a command that reads it would otherwise take the lines that follow
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == 0, f"{script}\n{ended.stdout}"
    return ended.stdout


def script_of(name):
    """The page's blocks, without the lines that others run."""
    text = "\n".join(blocks(ROOT / name))
    return "\n".join(line for line in text.splitlines() if line not in ELSEWHERE)


@pytest.mark.parametrize("name", WHOLE[1:])
def test_a_page_works_from_top_to_bottom(checkout, name):
    typed(checkout, script_of(name))


def test_the_tutorial_shows_what_it_says(checkout):
    said = typed(checkout, script_of(WHOLE[0]))
    assert "40 of 40 jobs have ended: 40 done." in said
    assert "takeover" in said
    assert "Nothing is wrong." in said
    assert said.count("selfish") >= 2, "in the demo's answer, and in that of one's own folder"


@pytest.fixture
def meant(stack, checkout, api, speech):
    """An id of the stack for each word of a page that stands for one: a drill that is dead, and a recording."""
    accepted = api.accept(speech.read_bytes(), speech.name)
    api.wait(accepted["job_id"])
    typed(checkout, "./winnow drill --misbehave permanent", stack.home.root)
    listing = "./winnow dead list --actor media.drill --json"

    def dead():
        return json.loads(typed(checkout, listing, stack.home.root))["items"]

    until(dead, "the drill is not dead")
    return {"TASK": dead()[0]["task_id"], "JOB": dead()[0]["job_id"], "MEDIA": accepted["media_id"]}


@pytest.mark.parametrize("name", ON_A_STACK)
def test_each_command_of_a_page_works_on_a_stack(stack, checkout, meant, name):
    for line in lines(ROOT / name):
        typed(checkout, " ".join(meant.get(word, word) for word in line.split(" ")), stack.home.root)
