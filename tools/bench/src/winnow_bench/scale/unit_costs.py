"""What one job and one hour of speech cost, from the kept figures, the code, and assumptions that are named as such."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from winnow_bench.peers.winnow_peer import command
from winnow_chassis.broker.messages import outbound
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import NotFound
from winnow_models.embeddings import DIMENSIONS, JOINED_ID

TASKS = 3
"""A job of ``bench tasks``."""
COMMITS = TASKS + 1
"""Each task's end and the acceptance are on a disk before anybody is told."""
SERVICES = ("gateway", "media", "ai", "index")
"""Python: one process of each computes on one core at most."""
SERVERS = ("rabbitmq", "postgres", "s3")

SPEECH_SHARE = 19.8 / 198
"""Processor seconds for a second of speech, by the speech model that comes with Winnow; decision 20 has the run."""
FILM_SECONDS = 20
"""A recording of ``bench pipeline``."""
PASSAGES_AN_HOUR = 60
"""Of a thousand characters at most (``passages.LARGEST_WEIGHT``), at 150 words a minute, with what they share."""
PASSAGE_BYTES = 1_500
"""Assumed: a passage's text, its keys and the index for words."""
HNSW_FACTOR = 2
"""Assumed: a vector lies in its row and, with its links, in the index."""
ORIGINAL_BYTES = 1_000_000_000
"""Assumed: an hour of film at 2.2 Mbit/s."""
PART_BYTES = 8 << 20
"""What an upload is sent to the store by."""
FIXED_REQUESTS = 40
"""Counted in the code: what a recording asks of the store besides the parts of its upload and its pieces of speech."""
PIECE_SECONDS = 300
"""``WINNOW_AI_PIECE_LIMIT_SECONDS``: a call of the speech model, with a look and a put of its paid answer."""
USD_A_MINUTE = 0.006
"""The example of ``WINNOW_AI_AUDIO_PRICES``. A price, unlike the rest of these, changes with the seller."""


@dataclass(frozen=True, kw_only=True)
class UnitCosts:
    """Processor milliseconds of a job by part, bytes of its commands and history; of a recording, and of its hour."""

    cpu_ms: Mapping[str, float]
    commit_ms: float
    command_bytes: int
    history_bytes: float
    recording_cpu_ms: float
    media_share: float

    @property
    def vector_bytes(self) -> int:
        """Of one passage: half precision, in its row and its index."""
        return HNSW_FACTOR * (2 * DIMENSIONS[JOINED_ID] + 8)


def unit_costs(results: Mapping[str, Mapping[str, Any]]) -> UnitCosts:
    """Reads them from kept results by bench. Raises NotFound if one is missing.

    ``media`` of a film of seconds is taken to grow with its length, as an upper bound: what starts ffmpeg does not.
    """
    if missing := {"tasks", "history", "sqlite", "pipeline"} - results.keys():
        raise NotFound(f"No figures of bench {min(missing)} are kept.", hint=f"./winnow bench {min(missing)} --keep")
    tasks, history, pipeline = (results[name]["figures"] for name in ("tasks", "history", "pipeline"))
    (commit,) = (one for one in results["sqlite"]["figures"]["ways"] if one["name"] == "journal, durable, 8 threads")
    envelopes = [Envelope(command=command(1, step), created_ms=1) for step in range(1, TASKS + 1)]
    return UnitCosts(
        cpu_ms=tasks["cpu_ms"],
        commit_ms=commit["wall_ms"],
        command_bytes=sum(len(outbound(one).body) for one in envelopes),
        history_bytes=TASKS * history["database_bytes"] / history["rows"],
        recording_cpu_ms=sum(ms for part, ms in pipeline["cpu_ms"].items() if part != "media"),
        media_share=pipeline["cpu_ms"]["media"] / 1000 / FILM_SECONDS,
    )
