"""The options of jobs as arguments of a command, and as the API names them."""

import argparse
from datetime import datetime, timedelta
from typing import cast

from winnow_client.generated.queries import UploadMediaQuery
from winnow_contracts.job_options import Track


def add_job_options(parser: argparse.ArgumentParser) -> None:
    """The arguments that say how jobs are run."""
    parser.add_argument("--bulk", action="store_true", help="nobody waits for it: stand behind all other work")
    parser.add_argument(
        "--not-before", type=_time, metavar="TIME", help="do not begin earlier: 22:00, or a date with its time"
    )
    parser.add_argument(
        "--meta",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=VALUE",
        help="the job's metadata; may be repeated",
    )
    add_track(parser)


def add_track(parser: argparse.ArgumentParser) -> None:
    """The argument that says how much of a job's history is recorded."""
    parser.add_argument(
        "--track", choices=[one.value for one in Track], help="outcome: record ends alone, which costs less; else full"
    )


def job_options(arguments: argparse.Namespace) -> UploadMediaQuery:
    """The options that the arguments ask for; none that is not asked for."""
    priority = {"priority": "bulk"} if arguments.bulk else {}
    metadata = {"metadata": dict(arguments.meta)} if arguments.meta else {}
    later = {"not_before": arguments.not_before} if arguments.not_before else {}
    track = {"track": arguments.track} if arguments.track else {}
    return cast(UploadMediaQuery, {**priority, **later, **metadata, **track})


def pair(text: str) -> tuple[str, str]:
    """The key and value of ``KEY=VALUE``. Raises ArgumentTypeError for any other text."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"it must be KEY=VALUE, not {text!r}")
    return key, value


def _time(text: str) -> str:
    """The next time of day ``HH:MM``, or a date with its time, as RFC 3339; local where no offset is given."""
    now = datetime.now().astimezone()
    try:
        if len(text) > len("22:00"):
            return datetime.fromisoformat(text).astimezone().isoformat()
        hour, minute = map(int, text.split(":"))
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"it must be a time such as 22:00, not {text!r}") from error
    return (at if at > now else at + timedelta(days=1)).isoformat()
