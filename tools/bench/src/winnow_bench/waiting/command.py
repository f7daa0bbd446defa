"""The command: asks short requests of a gateway in turn alone and beside the crowd, which comes and goes."""

import argparse
import dataclasses
import http.client
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from winnow_bench.bench_home import bench_home
from winnow_bench.prepare.video import make_video
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.usual_stack import UsualStack
from winnow_bench.waiting.crowd import KEY_SHARE, Crowd
from winnow_bench.waiting.figures import ALONE, BESIDE, Turn, Waiting, summary, table
from winnow_cli.following import failure, follow
from winnow_cli.output import say
from winnow_client import Client
from winnow_contracts.errors import Conflict
from winnow_harness.usage import usages

SHORT = {"healthz": ("GET", "/healthz"), "search": ("GET", "/v1/search?q=river&mode=words"), "upload": ("POST", "")}
"""The short requests, by name. What is uploaded is a job of its own that has not begun when the bench ends."""
_UPLOAD = b"RIFF\xf8\xff\x0f\x00WAVEfmt ".ljust(1 << 20, b"\0")
_FILM_MEGABYTES = 32
"""More than the kernel keeps for one connection, so that a player who does not read leaves some of it at the store."""
_JOB_SECONDS = 600
_CALL_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench waiting``."""
    parser.add_argument("--players", type=int, default=500, metavar="N", help="paused players (%(default)s)")
    parser.add_argument("--streams", type=int, default=500, metavar="N", help="event streams (%(default)s)")
    parser.add_argument("--uploaders", type=int, default=500, metavar="N", help="slow uploads (%(default)s)")
    parser.add_argument("--half-heads", type=int, default=200, metavar="N", help="half heads (%(default)s)")
    parser.add_argument("--seconds", type=float, default=8.0, metavar="S", help="of each turn (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="turns of both kinds (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("waiting") as (home, progress):
        found = measure(home, arguments, progress)
    say(table(found))
    write_result(arguments, "waiting", dataclasses.asdict(found))
    return 0


def measure(home: Path, arguments: argparse.Namespace, progress: Callable[[str], None]) -> Waiting:
    """Both turns of each round on a stack of its own. Raises Conflict if the gateway refuses one of the crowd."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    progress("starting the stack")
    stack = UsualStack(home)
    try:
        stack.start()
        client = stack.client
        progress("preparing a film")
        media = _film(client, make_video(home / "film.mp4", _FILM_MEGABYTES))
        job = _open_job(client, home / "film.mp4")
        most = max(arguments.players, arguments.streams, arguments.uploaders)
        keys = [_key(client) for _ in range(1 + most // KEY_SHARE)]
        rounds, still_open = [], arguments.players + arguments.streams + arguments.uploaders
        for number in range(arguments.rounds):
            progress(f"round {number + 1} of {arguments.rounds}")
            alone = _turn(stack, arguments.seconds)
            with Crowd(stack.gateway_url) as crowd:
                crowd.ask(f"/v1/jobs/{job}/events", keys, arguments.streams)
                crowd.ask(f"/v1/media/{media}/stream", keys, arguments.players)
                crowd.upload(_later_upload(), _UPLOAD, keys, arguments.uploaders)
                crowd.half_heads(arguments.half_heads)
                rounds.append({ALONE: alone, BESIDE: _turn(stack, arguments.seconds)})
                still_open = min(still_open, crowd.still_open())
    finally:
        stack.close()
    return summary(
        rounds,
        players=arguments.players,
        streams=arguments.streams,
        uploaders=arguments.uploaders,
        half_heads=arguments.half_heads,
        still_open=still_open,
    )


def _turn(stack: UsualStack, seconds: float) -> Turn:
    roots = {"gateway": stack.process_ids()["gateway"]}
    ms: dict[str, list[float]] = {name: [] for name in SHORT}
    before, began = usages(roots)["gateway"], time.monotonic()
    while time.monotonic() - began < seconds:
        for name, (method, path) in SHORT.items():
            ms[name].append(_ask_ms(stack, method, path or _later_upload()))
    after, took = usages(roots)["gateway"], time.monotonic() - began
    return Turn(
        ms={name: sorted(values) for name, values in ms.items()},
        cpu_percent=(after.cpu_seconds - before.cpu_seconds) / took * 100,
        pss_bytes=after.pss_bytes,
    )


def _ask_ms(stack: UsualStack, method: str, path: str) -> float:
    """How long one request takes on a connection of its own."""
    body = _UPLOAD if method == "POST" else None
    headers = {"Authorization": f"Bearer {stack.key}", "Content-Type": "application/octet-stream"}
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(stack.gateway_url).netloc, timeout=_CALL_SECONDS)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status not in (200, 202):
        raise Conflict(f"The gateway answered {path} with {answer.status}.", hint="Its log may say why.")
    return (time.monotonic() - began) * 1000


def _film(client: Client, film: Path) -> str:
    """Uploads a recording and waits until it can be played; returns its id."""
    taken = client.media.upload(film)
    job = follow(client, taken.id, lambda line: None, _JOB_SECONDS)
    if job["status"] != "done":
        raise Conflict(f"The film was not prepared: {failure(job)}", hint="See the logs in the bench's folder.")
    return taken.media_id


def _open_job(client: Client, film: Path) -> str:
    """A job that has not begun when the bench ends."""
    return client.media.upload(film, not_before=_later()["not_before"]).id


def _later_upload() -> str:
    return f"/v1/media?{urlencode(_later())}"


def _later() -> dict[str, str]:
    later = datetime.now(UTC) + timedelta(hours=2)
    return {"filename": "sound.wav", "not_before": later.isoformat(timespec="seconds")}


def _key(client: Client) -> str:
    return str(client.send("POST", "/v1/ops/keys", {"name": "one of a crowd", "scopes": ["read", "write"]})["key"])
