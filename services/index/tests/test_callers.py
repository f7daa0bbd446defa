"""Index's work for a request ends with whoever sent it."""

import threading
import time

import pytest

from winnow_contracts.errors import Unavailable
from winnow_contracts.index_api.search import Search
from winnow_contracts.internal_api import TIMEOUT_HEADER
from winnow_index.api.app import create_app
from winnow_index.search.floors import Floors
from winnow_index.search.searcher import Searcher

TOKEN = "a-token"


def test_a_search_is_given_no_longer_than_its_caller_waits(database, korean):
    client = create_app(database, Searcher(database, korean, Floors(of_all=0.5)), TOKEN).test_client()
    headers = {"Authorization": f"Bearer {TOKEN}", TIMEOUT_HEADER: "600"}
    with database.transaction() as transaction:
        transaction.run_text("LOCK TABLE passage IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answer = client.post("/internal/v1/search", json={"tenant_id": "t", "q": "bottle"}, headers=headers)
        assert time.monotonic() - began < 4  # a lock is waited for 5 seconds
    assert answer.status_code == 503


def test_searches_never_take_every_thread(database, korean):
    searcher = Searcher(database, korean, Floors(of_all=0.5), most_at_once=1)
    with database.transaction() as transaction:
        transaction.run_text("LOCK TABLE passage IN ACCESS EXCLUSIVE MODE")
        first = threading.Thread(target=searcher.search, args=(Search(tenant_id="t", q="bottle"),))
        first.start()
        deadline = time.monotonic() + 4
        while searcher._places._value and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(Unavailable, match="Too many searches"):
            searcher.search(Search(tenant_id="t", q="bottle"))
    first.join(10)
    assert searcher.search(Search(tenant_id="t", q="bottle")).items == ()
