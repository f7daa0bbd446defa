"""Every command of a page is run here as it stands, or it is said who runs it instead."""

import json

import pytest

from page_commands import ROOT, blocks, lines, pages
from winnow_harness.fixtures.drills import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TUTORIAL = "docs/tutorial.md"
"""It is run from top to bottom where nothing was ever started."""

WHOLE = ("docs/howto/add-a-region.md", "docs/howto/scale.md", "docs/howto/drain.md")
"""Pages that are run from top to bottom. They start and stop the stack themselves."""

ON_A_STACK = ("docs/howto/replay-dead-tasks.md", "docs/howto/add-a-model.md")
"""Pages that are run against a stack that is up, with its own ids for what a page calls TASK, JOB and MEDIA."""

CLIP = "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav"

ELSEWHERE = {
    "docs/howto/add-an-actor.md": "tests/architecture/test_howto_actor.py runs them in a copy of the code",
    "docs/howto/use-an-endpoint.md": "they need an account; deploy/local/tests starts a stack with another endpoint",
    "docs/client.md": "they install a package, and name the stack that clients/python/tests/test_examples.py has",
    "docs/links.md": "they fetch from the internet; tests/acceptance/test_links.py does from this machine",
    "docs/feeds.md": "they fetch from the internet; tests/acceptance/test_feeds.py does from this machine",
    "docs/runbook.md": "they end with 1 where there is something to do; docs/tutorial.md has both",
    "docs/backup.md": "they name folders of one's own; tests/acceptance/test_backup.py does it with a working stack",
    "docs/deploy-compose.md": "they need a container daemon; tests/deploy starts the containers without one",
    "docs/deploy-kubernetes.md": "they need a cluster; tests/deploy/kubernetes checks what they would apply",
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
    assert sum(names_of(page) in listed for listed in ((TUTORIAL,), WHOLE, ON_A_STACK, ELSEWHERE)) == 1


def script_of(name):
    """The page's blocks, without the lines that others run."""
    text = "\n".join(blocks(ROOT / name))
    return "\n".join(line for line in text.splitlines() if line not in ELSEWHERE)


def test_the_tutorial_shows_what_it_says(new_checkout):
    said = new_checkout.typed(script_of(TUTORIAL))
    assert "40 of 40 jobs have ended: 40 done." in said
    assert "takeover" in said
    assert "Nothing is wrong." in said
    assert said.count("selfish") >= 2, "in the demo's answer, and in that of one's own folder"


@pytest.mark.parametrize("name", WHOLE)
def test_a_page_works_from_top_to_bottom(checkout, name):
    checkout.typed(script_of(name))


@pytest.fixture
def meant(checkout):
    """An id of the stack for each word of a page that stands for one: a drill that is dead, and a recording."""
    checkout.typed(f"./winnow up --detach\n./winnow add {CLIP}\n./winnow drill --misbehave permanent")

    def listed(command):
        return json.loads(checkout.typed(f"./winnow {command} --json"))["items"]

    dead = until(lambda: listed("dead list --actor media.drill"), "the drill is not dead")[0]
    return {"TASK": dead["task_id"], "JOB": dead["job_id"], "MEDIA": listed("list")[0]["id"]}


def test_each_command_of_a_page_works_on_a_stack(checkout, meant):
    for name in ON_A_STACK:
        for line in lines(ROOT / name):
            checkout.typed(" ".join(meant.get(word, word) for word in line.split(" ")))
