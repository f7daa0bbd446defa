"""``./winnow test [quick|full] [tox's words]``: the matrix of tox.ini side by side, then its ten slowest tests.

After a whole ``full`` run, the ratio to stock Dramatiq is compared with the kept one.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from changed import changed_packages
from order import order_seed
from ratio import measured_fall
from slowest import slowest

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / ".tox" / "results"
LONG = {
    "WINNOW_CHAOS_SEEDS": "1 2 3 4 5",
    "WINNOW_FAR_DELAYS": "100000",
    "WINNOW_FLOOD_PER_MINUTE": "100",
    "WINNOW_FLOOD_PHOTOS": "1000",
}
"""Sizes that take an hour and more: whole chaos runs, and the numbers of delays and photos that Winnow guarantees."""
GIB_EACH = 2
"""Memory of one environment: a whole stack with its models, or a store of large files."""


def main(words: list[str]) -> int:
    """Runs the chosen tests and returns tox's exit code."""
    kind, words = (words[0], words[1:]) if words[:1] in (["quick"], ["full"]) else ("", words)
    variables = {"WINNOW_TEST_SEED": order_seed(ROOT)}
    if kind == "quick":
        packages = changed_packages(ROOT)
        print(f"Changed packages: {', '.join(packages) or 'none'}", flush=True)
        variables["WINNOW_CHANGED"] = " ".join(packages)
        words = ["-e", "lint,types,imports" + (",unit" if packages else ""), *words]
    if kind == "full":
        variables |= LONG
    if RESULTS.exists():
        shutil.rmtree(RESULTS)
    code = run_tox(words, variables)
    if tests := slowest(RESULTS):
        print("  slowest tests:")
        for seconds, environment, name in tests:
            print(f"  {seconds:6.1f} s  {environment}: {name}")
    # Last and alone: beside the tests both sides would be measured on what these leave.
    if kind == "full" and not words and (fall := measured_fall(ROOT)):
        print(fall)
        return code or 1
    return code


def run_tox(words: list[str], variables: dict[str, str]) -> int:
    """Runs tox with ``variables`` added to the environment. A signal to end this process ends tox, which ends the
    tests.
    """
    command = ("tox", "run-parallel", "--parallel", str(side_by_side()), "--parallel-no-spinner", *words)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a background job ignores it, and so would all its children
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **variables}) as tox:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # tox gets it too, from the terminal
        signal.signal(signal.SIGTERM, lambda *_: tox.send_signal(signal.SIGINT))
        code = tox.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # what runs after tox ends with this process
    return code


def side_by_side() -> int:
    """One environment more than processors, because most of them wait for servers half of their time."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return max(1, min(len(os.sched_getaffinity(0)) + 1, int(gib / GIB_EACH)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
