import pytest

from winnow_harness.fixtures.drills import DrillStack, until

WORKERS = ("index", "media-examine", "media", "ai")
PARTS = (*WORKERS, "index-api", "gateway")


@pytest.fixture(scope="session")
def crashing(tmp_path_factory):
    """One stack for every crash."""
    stack = DrillStack(tmp_path_factory.mktemp("crashing"))
    try:
        stack.start()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def stack(crashing):
    """The stack with every part running, before and after."""
    for part in PARTS:
        crashing.wait_part(part)
    yield crashing
    crashing.disarm()
    until(lambda: crashing.pid("rabbitmq"), "RabbitMQ does not run")
