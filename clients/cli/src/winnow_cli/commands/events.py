"""``winnow events``: follows all jobs of the account, a line for each thing that happens."""

import argparse
import itertools
import json
import sys
from dataclasses import asdict

from winnow_cli.output import say_aside
from winnow_cli.profile import gateway
from winnow_client.generated.models import JobEvent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``events``."""
    parser.add_argument("--status", choices=("scheduled", "queued", "running", "done", "failed", "cancelled"))
    parser.add_argument("--after", metavar="ID", help="begin after this event, up to a day ago; else from now on")
    parser.add_argument("--most", type=int, metavar="N", help="end after so many events; else with Ctrl-C")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each event, with its id")


def run(arguments: argparse.Namespace) -> int:
    """Prints what happens until Ctrl-C. A gateway that is away for a while is waited for."""
    events = gateway().events(after=arguments.after, status=arguments.status)
    try:
        for event in itertools.islice(events, arguments.most):
            print(json.dumps(asdict(event), ensure_ascii=False) if arguments.json else event_line(event))
            sys.stdout.flush()
    except KeyboardInterrupt:
        say_aside("Ended.")
    return 0


def event_line(event: JobEvent) -> str:
    """An event in words."""
    if event.event == "reset":
        return f"{event.at}  What happened before is kept no more: ./winnow jobs lists how it stands."
    progress = f"{event.progress:.0%}" if event.progress is not None else ""
    return f"{event.at}  {event.job_id}  {event.status:<9}  {event.stage or ''} {progress}".rstrip()
