"""What short requests took alone and beside the crowd, and the ratios."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import quantile, spread

ALONE, BESIDE = "alone", "beside"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn: milliseconds of each short request, sorted, by its name; and what the gateway's processes used."""

    ms: Mapping[str, Sequence[float]]
    cpu_percent: float
    pss_bytes: int


@dataclass(frozen=True, kw_only=True)
class Short:
    """Medians over the rounds, in milliseconds, and how many times longer it took beside the crowd."""

    alone_p50_ms: float
    beside_p50_ms: float
    ratio_p50: float
    ratio_p50_spread: tuple[float, float]
    alone_p99_ms: float
    beside_p99_ms: float
    ratio_p99: float
    ratio_p99_spread: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """All that is kept. ``still_open_percent`` is the least share of requests that were open at the end of a turn.

    Memory is that of the first round: an allocator keeps what it once had.
    """

    players: int
    streams: int
    uploaders: int
    half_heads: int
    rounds: int
    still_open_percent: float
    short: Mapping[str, Short]
    gateway_mb_alone: float
    gateway_mb_beside: float
    kib_an_open_request: float
    gateway_cpu_percent_alone: float
    gateway_cpu_percent_beside: float


def short(rounds: Sequence[Mapping[str, Turn]], name: str) -> Short:
    """The figures of one short request."""
    p50, p99 = ([{at: quantile(one[at].ms[name], share) for at in one} for one in rounds] for share in (0.5, 0.99))
    ratios50, ratios99 = ([one[BESIDE] / one[ALONE] for one in each] for each in (p50, p99))
    return Short(
        alone_p50_ms=_median([one[ALONE] for one in p50]),
        beside_p50_ms=_median([one[BESIDE] for one in p50]),
        ratio_p50=_median(ratios50),
        ratio_p50_spread=spread(ratios50),
        alone_p99_ms=_median([one[ALONE] for one in p99]),
        beside_p99_ms=_median([one[BESIDE] for one in p99]),
        ratio_p99=_median(ratios99),
        ratio_p99_spread=spread(ratios99),
    )


def summary(
    rounds: Sequence[Mapping[str, Turn]],
    *,
    players: int,
    streams: int,
    uploaders: int,
    half_heads: int,
    still_open: int,
) -> Waiting:
    """Everything from the turns of all rounds, by ``alone`` and ``beside``."""
    memory = {at: round(rounds[0][at].pss_bytes / 1e6, 1) for at in (ALONE, BESIDE)}
    cpu = {at: _median([turns[at].cpu_percent for turns in rounds]) for at in (ALONE, BESIDE)}
    grown = rounds[0][BESIDE].pss_bytes - rounds[0][ALONE].pss_bytes
    opened = players + streams + uploaders
    return Waiting(
        players=players,
        streams=streams,
        uploaders=uploaders,
        half_heads=half_heads,
        rounds=len(rounds),
        still_open_percent=round(100 * still_open / opened, 1),
        short={name: short(rounds, name) for name in rounds[0][ALONE].ms},
        gateway_mb_alone=memory[ALONE],
        gateway_mb_beside=memory[BESIDE],
        kib_an_open_request=round(grown / 1024 / opened, 1),
        gateway_cpu_percent_alone=cpu[ALONE],
        gateway_cpu_percent_beside=cpu[BESIDE],
    )


def table(found: Waiting) -> str:
    """The figures as a table of text."""
    lines = [f"{'ms':<14} {'alone p50':>9} {'beside':>8} {'times':>6} {'alone p99':>9} {'beside':>8} {'times':>6}"]
    lines += [
        f"{name:<14} {one.alone_p50_ms:>9.2f} {one.beside_p50_ms:>8.2f} {one.ratio_p50:>6.2f}"
        f" {one.alone_p99_ms:>9.2f} {one.beside_p99_ms:>8.2f} {one.ratio_p99:>6.2f}"
        for name, one in found.short.items()
    ]
    return "\n".join(
        [
            *lines,
            f"beside {found.players} paused players, {found.streams} event streams, {found.uploaders} slow uploads "
            f"({found.still_open_percent} % still open at the end) and {found.half_heads} half heads",
            f"the gateway's memory {found.gateway_mb_alone:.1f} MB alone, {found.gateway_mb_beside:.1f} MB beside, "
            f"{found.kib_an_open_request:.1f} KiB an open request; processor {found.gateway_cpu_percent_alone:.1f} and "
            f"{found.gateway_cpu_percent_beside:.1f} % of a core",
        ]
    )


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)
