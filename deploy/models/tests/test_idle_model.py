"""A model is in memory while it is used, and for a while longer."""

import threading
import time
from collections.abc import Callable

from winnow_models.idle_model import IdleModel

_IDLE_SECONDS = 0.2


def test_a_model_is_loaded_once_for_many_and_dropped_when_nobody_uses_it() -> None:
    loads: list[object] = []
    model = IdleModel(lambda: loads.append(object()) or loads[-1], idle_seconds=_IDLE_SECONDS)
    assert not model.loaded
    begun = threading.Barrier(8)

    def use() -> None:
        begun.wait()
        with model.used() as one:
            assert one is loads[0]

    together(use)
    assert len(loads) == 1
    until(lambda: not model.loaded)
    with model.used() as one:
        assert one is loads[1]


def test_a_model_in_use_is_not_dropped_however_long_that_takes() -> None:
    model = IdleModel(object, idle_seconds=_IDLE_SECONDS)
    with model.used():
        pass
    with model.used() as one:
        time.sleep(3 * _IDLE_SECONDS)
        with model.used() as again:
            assert again is one
    assert model.loaded
    until(lambda: not model.loaded)


def test_a_model_that_could_not_be_loaded_is_tried_again() -> None:
    answers = [OSError("no file"), "a model"]

    def load() -> str:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    model = IdleModel(load)
    try:
        with model.used():
            raise AssertionError("it was loaded")
    except OSError:
        assert not model.loaded
    with model.used() as one:
        assert one == "a model"


def together(work: Callable[[], None]) -> None:
    """Runs ``work`` in eight threads and waits for them."""
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until(is_so: Callable[[], bool]) -> None:
    """Waits for it, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
