"""Where a node asks for places: index keeps the line of all nodes; while it is away the node keeps one of its own."""

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
        """Index's answer, or the own line's."""
        answer = self._index.ask(wish)
        if answer is None:
            return self._own.wish(wish)
        self._own.note(wish, answer)
        return answer

    def leave(self, left: PlaceLeft) -> None:
        """The call ended. Best effort at index: a place that is not renewed ends by itself too."""
        self._own.leave(left)
        self._index.ask(left)
