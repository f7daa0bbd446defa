"""A hoard takes every connection of a real PostgreSQL, also one that becomes free later, and gives all back."""

import signal
import time
from urllib.parse import urlsplit

import pytest

from winnow_contracts.errors import Unavailable
from winnow_harness.chaos.connection_hoard import ConnectionHoard
from winnow_harness.chaos.postgres_sessions import send_signal, sessions
from winnow_harness.fixtures.drills import until
from winnow_local.probes import takes_postgres_logins

REFUSALS = 20


@pytest.fixture
def hoard():
    made = ConnectionHoard()
    yield made
    made.release()


def test_nobody_gets_a_connection_until_all_are_given_back(hoard, postgres):
    server, url = postgres
    port = urlsplit(url).port

    def gets_one():
        try:
            takes_postgres_logins(port, "somebody", "somewhere")
        except Unavailable:
            return False
        return True

    assert gets_one()
    hoard.take(port)
    held = [one for one in sessions(server.pid) if one.client_port in hoard.local_ports]
    assert held
    assert not gets_one()
    send_signal(held[0].pid, signal.SIGTERM)
    until(lambda: held[0].pid not in {one.pid for one in sessions(server.pid)}, "the session did not end")
    time.sleep(0.5)  # the hoard looks twenty times a second
    assert not any(gets_one() for _ in range(REFUSALS))
    hoard.release()
    until(gets_one, "PostgreSQL takes nobody")
