"""Pytest plugin: the real servers as fixtures. Use it with ``pytest_plugins = ["winnow_local.testing"]``.

A server that can not start fails the test with the sentence that says what to install; it never skips it.
"""

from collections.abc import Iterator

import pytest

from winnow_contracts.errors import WinnowError
from winnow_local.testing_processes import RunningPart
from winnow_local.testing_servers import RabbitFixture, StoreFixture, postgres_server, s3_server
from winnow_local.testing_stack import StackFixture


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitFixture]:
    """A real RabbitMQ to stop, start, restart, wipe and command."""
    server = RabbitFixture(tmp_path_factory.mktemp("rabbitmq"))
    try:
        _started(server)
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def amqp_url(rabbit: RabbitFixture) -> str:
    """The URL of a real RabbitMQ, the same that ``rabbit`` commands."""
    return rabbit.url


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreFixture]:
    """A real S3 store with an empty bucket."""
    server, found = s3_server(tmp_path_factory.mktemp("s3"))
    try:
        _started(server)
        yield found
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningPart, str]]:
    """A real PostgreSQL to stop and start, and the URL of its database."""
    server, url = postgres_server(tmp_path_factory.mktemp("postgres"))
    try:
        _started(server)
        yield server, url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def database_url(postgres: tuple[RunningPart, str]) -> str:
    """The URL of a real, empty PostgreSQL database with pgvector at hand; its role owns it and is no superuser."""
    return postgres[1]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFixture]:
    """The whole stack on real servers, through the code of ``./winnow up``."""
    whole = StackFixture(tmp_path_factory.mktemp("stack"))
    try:
        _started(whole)
        yield whole
    finally:
        whole.close()


def _started(server: RabbitFixture | RunningPart | StackFixture) -> None:
    try:
        server.start()
    except WinnowError as error:
        pytest.fail(f"{error.detail} {error.hint}".strip(), pytrace=False)
