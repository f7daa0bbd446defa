"""What waits for confirms of the broker: each barrier calls back once it holds every row that an ack depends on."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winnow_journal.values import OutboxRow


@dataclass(eq=False)
class ConfirmBarrier:
    """Calls ``then`` once every row of ``missing`` is confirmed. ``ConfirmBarriers`` alone changes it, in its lock."""

    missing: set[int]
    then: Callable[[], None]

    def confirmed(self, seq: int) -> bool:
        """Remove a confirmed row; returns whether it was the last."""
        self.missing.discard(seq)
        return not self.missing


class ConfirmBarriers:
    """The barriers of one outbox, by the rows they wait for. Safe for threads.

    ``shipped_seq``: up to this number the broker holds all events. They are shipped in the order of their numbers, so
    one number says which are confirmed.
    """

    def __init__(self, shipped_seq: int) -> None:
        self.shipped_seq = shipped_seq
        self._lock = threading.Lock()
        self._waiting: dict[int, list[ConfirmBarrier]] = {}

    def raise_barrier(self, rows: Sequence[OutboxRow], then: Callable[[], None]) -> ConfirmBarrier:
        """Wait for these rows; ``then`` is called at once if all of them are confirmed already."""
        with self._lock:
            # An event may have been shipped and confirmed between the commit and this call. No later confirm would
            # name it.
            missing = {row.seq for row in rows if row.is_command or row.owned_by_other or row.seq > self.shipped_seq}
            barrier = ConfirmBarrier(missing, then)
            for seq in missing:
                self._waiting.setdefault(seq, []).append(barrier)
        if not missing:
            then()
        return barrier

    def withdraw(self, barrier: ConfirmBarrier) -> None:
        """Stop waiting for a barrier's rows."""
        with self._lock:
            for seq in barrier.missing:
                waiting = self._waiting.get(seq, [])
                if barrier in waiting:
                    waiting.remove(barrier)
                if not waiting:
                    self._waiting.pop(seq, None)

    def confirm(self, seqs: Sequence[int]) -> None:
        """Release the barriers that waited for nothing but these rows, in this thread."""
        with self._lock:
            ready = [one for seq in seqs for one in self._waiting.pop(seq, ()) if one.confirmed(seq)]
        for barrier in ready:
            barrier.then()

    def shipped(self, seqs: Sequence[int]) -> None:
        """The same for events, and for all that come before them."""
        with self._lock:
            self.shipped_seq = max(self.shipped_seq, *seqs)
        self.confirm(seqs)
