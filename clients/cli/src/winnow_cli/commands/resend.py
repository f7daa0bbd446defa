"""``winnow resend``: sends the commands of stuck jobs again after the broker lost their messages."""

import argparse
import sys
from typing import Any

from winnow_cli.output import print_json
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import WinnowError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``resend``."""
    parser.add_argument("jobs", nargs="+", metavar="JOB", help="ids of jobs that have not ended")
    parser.add_argument("--json", action="store_true", help="the gateway's answer for each, or its refusal")


def run(arguments: argparse.Namespace) -> int:
    """Makes every journal send again what it keeps of the jobs. Returns 1 if one was refused."""
    client = gateway()
    results = [_resend(client, job_id) for job_id in arguments.jobs]
    if arguments.json:
        print_json(results)
    else:
        for result in results:
            _say(result)
    return 1 if any("error" in result for result in results) else 0


def _resend(client: Client, job_id: str) -> dict[str, Any]:
    """Requests one resend; a refusal does not stop the next."""
    try:
        return {"job_id": job_id, "answer": client.send("POST", f"/v1/ops/jobs/{job_id}/resend")}
    except WinnowError as error:
        return {"job_id": job_id, "error": error.to_json()}


def _say(result: dict[str, Any]) -> None:
    job_id, error = result["job_id"], result.get("error")
    if error:
        print(f"{job_id}: {error['detail'].rstrip('.')}. {error['hint']}".strip(), file=sys.stderr)
    else:
        print(f"What is kept of job {job_id} is sent again. ./winnow trace {job_id} shows how it goes on.")
