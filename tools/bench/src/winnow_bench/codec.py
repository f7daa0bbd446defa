"""``winnow bench codec``: processor time to encode and decode messages, compared with plain reflection."""

import argparse
import json
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass

from winnow_cli.output import print_json, say
from winnow_contracts import envelope as reference
from winnow_contracts.commands import RecordingFiles, StoreRecording
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent, TaskEvent
from winnow_contracts.json_codec import from_json, to_json
from winnow_journal import codec

_TURNS = 5
_BATCH = 100
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One operation measured with both codecs, in microseconds: the best of several rounds."""

    name: str
    reflection_us: float
    codec_us: float

    @property
    def ratio(self) -> float:
        """How many times longer reflection takes."""
        return self.reflection_us / self.codec_us


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench codec``."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measures both codecs and prints a line per operation."""
    rows = measure()
    if arguments.json:
        print_json([{**vars(row), "ratio": row.ratio} for row in rows])
        return 0
    say(f"{'':24}{'reflection':>14}{'codec':>12}{'ratio':>8}")
    for row in rows:
        say(f"{row.name:24}{row.reflection_us:>11.1f} µs{row.codec_us:>9.1f} µs{row.ratio:>8.1f}")
    return 0


def measure() -> list[Compared]:
    """Measures an envelope and a batch of events, encoded and decoded by both codecs."""
    files = RecordingFiles(original_key="tenant/original", duration_ms=60_000, has_video=True, audio_key="tenant/audio")
    command = StoreRecording(tenant_id="t", job_id="job_1", media_id="med_1", files=files, embedded_key="tenant/key")
    envelope = Envelope(command=command, created_ms=1)
    assert envelope.task_id  # computed once per envelope, whichever codec writes it
    detail = {"step": "store", "duration_ms": 12, "reused": False}
    event = TaskEvent(
        kind=EventKind.STEP_DONE, tenant_id="t", job_id="job_1", media_id="med_1", at_ms=1, node="n", detail=detail
    )
    events = tuple(SequencedEvent(seq=seq, event=event) for seq in range(1, _BATCH + 1))
    batch = EventBatch(journal_id="j", service="media", node="n", previous_seq=0, events=events)
    text, body = codec.to_text(envelope), codec.encode(batch)
    return [
        _compared("an envelope written", lambda: reference.to_text(envelope), lambda: codec.to_text(envelope)),
        _compared("an envelope read", lambda: reference.from_text(text), lambda: codec.from_text(text)),
        _compared(f"{_BATCH} events written", lambda: json.dumps(to_json(batch)), lambda: codec.encode(batch)),
        _compared(
            f"{_BATCH} events read",
            lambda: from_json(EventBatch, json.loads(body)),
            lambda: codec.decode(EventBatch, body),
        ),
    ]


def _compared(name: str, by_reflection: Callable[[], object], by_codec: Callable[[], object]) -> Compared:
    return Compared(name=name, reflection_us=_best_us(by_reflection), codec_us=_best_us(by_codec))


def _best_us(work: Callable[[], object]) -> float:
    timer = timeit.Timer(work, timer=time.process_time)
    number, _ = timer.autorange()
    return min(timer.repeat(_TURNS, number)) / number * _MICROSECONDS
