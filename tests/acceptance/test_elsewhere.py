"""The command line on a machine without a stack works with only the address and key of a stack elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

WINNOW = Path(sys.executable).with_name("winnow")


def winnow(stack, folder, *words):
    """Exit code and stdout of a command run in an empty folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
    named = {"WINNOW_URL": stack.gateway_url, "WINNOW_API_KEY_FILE": str(stack.home.admin_key)}
    done = subprocess.run(
        (str(WINNOW), *words),
        cwd=folder,
        env=inherited | named,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_recording_is_added_listed_traced_and_found_from_a_machine_without_a_stack(stack, api, clip, tmp_path):
    code, out = winnow(stack, tmp_path, "add", str(clip), "--json")
    [added] = json.loads(out)
    assert (code, added.get("error")) == (0, None), out
    code, out = winnow(stack, tmp_path, "jobs", "--json")
    assert code == 0
    assert added["job_id"] in [job["id"] for job in json.loads(out)["items"]]
    code, out = winnow(stack, tmp_path, "trace", added["job_id"], "--json")
    traced = json.loads(out)
    assert (code, traced["where"]["place"]) == (0, "done")
    assert "ai" in traced["journals"], "no node was asked for its journal"
    assert set(traced["queues"]) >= {"media", "ai", "index"}
    code, out = winnow(stack, tmp_path, "search", "disposed young man")
    assert code == 0
    assert stack.gateway_url in out
    assert not list(tmp_path.glob("*")), "a command left something behind"
