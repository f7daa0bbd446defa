import threading
import time

from winnow_chassis.worker.isolation import IsolationLock
from winnow_harness.fixtures.nodes import wait_for


def test_many_share_the_room_but_one_alone_has_it_for_itself():
    room, inside, seen = IsolationLock(threading.Event()), [], []

    def stay(alone):
        with room.entered(alone=alone) as entered:
            assert entered
            inside.append(alone)
            seen.append(tuple(inside))
            time.sleep(0.05)
            inside.remove(alone)

    threads = [threading.Thread(target=stay, args=(number % 3 == 0,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 12
    assert [others for others in seen if True in others and len(others) > 1] == []
    assert max(len(others) for others in seen) > 1


def test_one_that_waits_to_be_alone_goes_before_those_that_come_later():
    room, order, first_may_go = IsolationLock(threading.Event()), [], threading.Event()

    def stay(name, alone, until=None):
        with room.entered(alone=alone):
            order.append(name)
            if until:
                until.wait(60)

    first = threading.Thread(target=stay, args=("first", False, first_may_go))
    first.start()
    wait_for(lambda: order == ["first"])
    alone = threading.Thread(target=stay, args=("alone", True))
    alone.start()
    wait_for(lambda: room._waiting_alone == 1)
    late = threading.Thread(target=stay, args=("late", False))
    late.start()
    time.sleep(0.1)
    assert order == ["first"]
    first_may_go.set()
    for thread in (first, alone, late):
        thread.join(60)
    assert order == ["first", "alone", "late"]


def test_one_that_shares_lets_others_in_and_keeps_its_own_place():
    room, entered = IsolationLock(threading.Event()), threading.Event()

    def visit():
        with room.entered(alone=False):
            entered.set()

    with room.entered(alone=True):
        visitor = threading.Thread(target=visit)
        visitor.start()
        assert not entered.wait(0.2)
        room.share()
        assert entered.wait(60)
        visitor.join(60)
        lonely = threading.Thread(target=enter_alone, args=(room,))
        lonely.start()
        wait_for(lambda: room._waiting_alone == 1)
        time.sleep(0.1)
        assert lonely.is_alive(), "who wants to be alone waits for the one inside"
    lonely.join(60)
    assert not lonely.is_alive()


def test_a_wait_ends_without_a_place_when_the_process_stops():
    stopping = threading.Event()
    room, answers = IsolationLock(stopping), []
    with room.entered(alone=False):
        waiting = threading.Thread(target=lambda: answers.append(enter_alone(room)))
        waiting.start()
        time.sleep(0.1)
        stopping.set()
        waiting.join(60)
    assert answers == [False]
    with room.entered(alone=False) as entered:
        assert entered, "who waited and left must not hold the room"


def enter_alone(room):
    with room.entered(alone=True) as entered:
        return entered
