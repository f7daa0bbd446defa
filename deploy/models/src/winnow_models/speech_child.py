"""The process that holds the speech model, ``python -m winnow_models.speech_child FD FOLDER CORES``.

It is separate so that its end frees the memory, and so that it can run at low priority. It takes one ``SpeechTask`` at
a time from the connection, sends the sample reached so far (the task's own start as it takes it), and answers with a
``Step``, or with None if None was sent to stop it. It ends when the other side closes.
"""

import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from winnow_base.low_priority import lower_priority
from winnow_models.heard import Utterance
from winnow_models.speech_settings import model_settings
from winnow_models.speech_task import SpeechTask, Step
from winnow_models.speech_windows import Sound, Window, look
from winnow_models.unheard import unheard
from winnow_models.window_hearing import hear_window

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_NICENESS = 10
_LOOK_SECONDS = 0.1
_WINDOWS_PER_CORE = 2


class _Stopped(Exception):
    """The caller does not want the rest."""


def main() -> None:
    """Loads the model and works until the other side closes."""
    connection, folder, cores = Connection(int(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    lower_priority(_NICENESS)
    from faster_whisper import WhisperModel  # takes a second and 100 MB

    model = WhisperModel(folder, **model_settings(cores))
    with ThreadPoolExecutor(cores) as pool:
        try:
            while True:
                task = connection.recv()
                if task is not None:  # otherwise a stop that arrived after the task was done
                    connection.send(task.start)  # taken: what fails from here on is the task's
                    connection.send(_step(model, pool, cores, task, connection))
        except (EOFError, ConnectionError):
            return


def _step(
    model: "WhisperModel", pool: ThreadPoolExecutor, cores: int, task: SpeechTask, connection: Connection
) -> Step | None:
    sound: Sound = np.memmap(task.path, dtype="<i2", mode="r")
    found = look(sound, task.start, _WINDOWS_PER_CORE * cores)
    stop = threading.Event()

    def hear(window: Window) -> tuple[Utterance, ...]:
        heard = hear_window(model, window, window.samples(sound), task.wish, check)
        missed = unheard(window, heard)
        if missed is not None:
            wish = replace(task.wish, likely_language=heard[0].language)
            heard += hear_window(model, missed, missed.samples(sound), wish, check)
        return tuple(sorted(heard, key=lambda utterance: utterance.start_seconds))

    def check() -> None:
        if stop.is_set():
            raise _Stopped

    running = [pool.submit(hear, window) for window in found.windows]
    heard = 0
    while wait(running[heard:], _LOOK_SECONDS, FIRST_COMPLETED).not_done:
        if not stop.is_set() and connection.poll():
            stop.set()  # stopped, or the other side is gone
        if not stop.is_set() and running[heard].done():
            connection.send(found.windows[heard].spans[-1].end)
            heard += 1
    if stop.is_set():
        return None
    return Step(utterances=tuple(one for heard in running for one in heard.result()), next=found.next)


if __name__ == "__main__":
    main()
