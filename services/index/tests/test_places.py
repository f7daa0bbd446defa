import concurrent.futures

import pytest

from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.places import CallOutcome, PlaceAnswer, PlaceLeft, PlaceVerdict, PlaceWish
from winnow_index.api.app import create_app
from winnow_index.control.places import Places

ADMITTED, NEXT, SNOOZE = PlaceVerdict.ADMITTED, PlaceVerdict.NEXT, PlaceVerdict.SNOOZE


@pytest.fixture
def places(database):
    return Places(database)


def wish(holder, order_ms=1, **fields):
    return PlaceWish(api="speech x", holder=holder, job_id=f"job {holder}", order_ms=order_ms, **{"told": 1, **fields})


def leave(places, holder, outcome=CallOutcome.OK, **fields):
    places.leave(PlaceLeft(api="speech x", holder=holder, outcome=outcome, **fields))


def age(database, seconds):
    """Let ``seconds`` pass for everything in line."""
    with database.transaction() as transaction:
        transaction.run_text(
            f"UPDATE call_place SET until_ms = until_ms - {seconds * 1000}, "
            f"awake_until_ms = awake_until_ms - {seconds * 1000}"
        )


def limit(database):
    with database.transaction() as transaction:
        return transaction.row("find_call_limit", {"api": "speech x"})


def test_a_place_goes_from_one_to_the_next_in_the_order_they_came(places):
    assert places.wish(wish("a", 1)).verdict is ADMITTED
    assert places.wish(wish("b", 2)).verdict is NEXT
    assert places.wish(wish("c", 3)).verdict is SNOOZE
    leave(places, "a")
    assert places.wish(wish("c", 3)).verdict is NEXT
    assert places.wish(wish("b", 2)).verdict is ADMITTED


def test_ten_at_once_over_all_nodes_get_as_many_places_as_there_are(places):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: places.wish(wish(f"h{n}", n, told=3)), range(10)))
    assert sum(answer.verdict is ADMITTED for answer in answers) == 3


def test_the_place_of_a_node_that_died_is_free_after_its_lease_and_a_renewed_one_is_not(places, database):
    assert places.wish(wish("dead", 1)).verdict is ADMITTED
    age(database, 10)
    assert places.wish(wish("next", 2)).verdict is NEXT
    age(database, 10)
    assert places.wish(wish("next", 2)).verdict is ADMITTED
    age(database, 10)
    assert places.wish(wish("next", 2, calling=True)).verdict is ADMITTED
    age(database, 10)
    assert places.wish(wish("other", 3)).verdict is NEXT


def test_the_same_task_after_a_crash_has_its_place_still(places):
    assert places.wish(wish("a", 1)).verdict is ADMITTED
    places.wish(wish("b", 0))
    assert places.wish(wish("a", 1)).verdict is ADMITTED


def test_who_sleeps_keeps_its_order(places, database):
    places.wish(wish("in", 1, left_seconds=100.0))
    places.wish(wish("next", 2, left_seconds=100.0))
    assert places.wish(wish("asleep", 3)).verdict is SNOOZE
    age(database, 20)  # longer than a lease: the two others are gone
    places.wish(wish("in", 4))
    assert places.wish(wish("late", 9)).ahead == 2


def test_lines_of_different_endpoints_do_not_meet(places):
    assert places.wish(wish("a")).verdict is ADMITTED
    other = PlaceWish(api="vision x", holder="a", job_id="j", order_ms=5, told=1)
    assert places.wish(other).verdict is ADMITTED


def test_a_busy_endpoint_is_given_less_and_its_speed_is_learned(places, database):
    places.wish(wish("a", told=0))
    before = limit(database)["calls"]
    leave(places, "a", CallOutcome.BUSY)
    assert limit(database)["calls"] == before / 2
    places.wish(wish("b", told=0))
    leave(places, "b", seconds=10.0, work_seconds=100.0)
    assert limit(database)["pace"] == pytest.approx(0.1)


def test_leaving_what_nobody_holds_is_nothing(places):
    leave(places, "nobody")


@pytest.fixture
def post(searcher, database):
    client = create_app(database, searcher, "token").test_client()
    return lambda path, body: client.post(path, json=body, headers={"Authorization": "Bearer token"})


def test_nodes_ask_and_leave_over_http(post):
    answer = post("/internal/v1/places", to_json(wish("a")))
    assert from_json(PlaceAnswer, answer.json).verdict is ADMITTED
    left = PlaceLeft(api="speech x", holder="a", outcome=CallOutcome.OK, seconds=1.0, work_seconds=5.0)
    assert post("/internal/v1/places/leave", to_json(left)).json == {"left": True}
    assert from_json(PlaceAnswer, post("/internal/v1/places", to_json(wish("b"))).json).verdict is ADMITTED


@pytest.mark.parametrize(
    "change", [{"api": ""}, {"order_ms": "x"}, {"ceiling": 0}, {"told": -1}, {"left_seconds": "long"}, {"holder": None}]
)
def test_a_wish_that_makes_no_sense_is_refused(post, change):
    assert post("/internal/v1/places", {**to_json(wish("a")), **change}).status_code == 422


def test_leaving_in_no_known_way_is_refused(post):
    body = {"api": "a", "holder": "h", "outcome": "somehow", "seconds": 0, "work_seconds": 0}
    assert post("/internal/v1/places/leave", body).status_code == 422
