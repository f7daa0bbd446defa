"""Gets places for a node's calls: from index's line of all nodes, or from the node's own line while index is away."""

from winnow_ai.admission.own_line import OwnLine
from winnow_ai.clock import Clock
from winnow_ai.index_calls import Index, IndexCalls
from winnow_contracts.places import PlaceAnswer, PlaceLeft, PlaceWish


class Desk:
    """Asks for places on behalf of one process. Safe for threads; raises nothing."""

    def __init__(self, index: Index, own: OwnLine, clock: Clock) -> None:
        self._index = IndexCalls(index, clock, "this node keeps a line of its own")
        self._own = own

    def wish(self, wish: PlaceWish) -> PlaceAnswer:
        """Index's answer; the answer of this node's own line if index gives none."""
        answer = self._index.ask(wish)
        if answer is None:
            return self._own.wish(wish)
        self._own.note(wish, answer)
        return answer

    def leave(self, left: PlaceLeft) -> None:
        """Free the place of a call that ended. Index may miss this: a place that is not renewed expires."""
        self._own.leave(left)
        self._index.ask(left)
