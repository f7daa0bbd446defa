"""The bound of unconfirmed commands is asked at every request, and the journal is not."""

from winnow_chassis.outbox import unconfirmed_bound
from winnow_chassis.outbox.unconfirmed_bound import UnconfirmedBound


class Journal:
    def __init__(self, waiting):
        self.waiting = waiting
        self.asked = 0

    def count(self):
        self.asked += 1
        return self.waiting


def test_while_there_is_room_the_journal_is_asked_once_for_many_requests(monkeypatch):
    monkeypatch.setattr(unconfirmed_bound.time, "monotonic", lambda: 5.0)
    journal = Journal(3)
    bound = UnconfirmedBound(journal.count, 10)
    assert [bound.excess() for _ in range(100)] == [None] * 100
    assert journal.asked == 1


def test_what_was_written_since_the_journal_was_asked_counts(monkeypatch):
    monkeypatch.setattr(unconfirmed_bound.time, "monotonic", lambda: 5.0)
    journal = Journal(0)
    bound = UnconfirmedBound(journal.count, 10)
    assert bound.excess() is None
    journal.waiting = 12
    bound.written(12)
    assert bound.excess() == 12


def test_nobody_is_refused_by_an_old_count(monkeypatch):
    monkeypatch.setattr(unconfirmed_bound.time, "monotonic", lambda: 5.0)
    journal = Journal(0)
    bound = UnconfirmedBound(journal.count, 10)
    bound.written(12)  # and confirmed since
    assert bound.excess() is None


def test_an_old_count_is_taken_anew(monkeypatch):
    now = [5.0]
    monkeypatch.setattr(unconfirmed_bound.time, "monotonic", lambda: now[0])
    journal = Journal(0)
    bound = UnconfirmedBound(journal.count, 10)
    assert bound.excess() is None
    journal.waiting = 10  # another process of this gateway wrote them
    now[0] += 1
    assert bound.excess() == 10
