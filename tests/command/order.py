"""The order in which tests run: another one for each commit, and the same one each time a commit is tested."""

import subprocess
from pathlib import Path

ANY_ORDER = "default"
"""What pytest-randomly takes for a seed of its own."""


def order_seed(root: Path) -> str:
    """Returns the seed of pytest-randomly for the commit that is checked out at ``root``.

    An order that fails can be run again from the commit alone. Without a commit the order is any.
    """
    words = ("git", "rev-parse", "HEAD^{tree}")
    try:
        found = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ANY_ORDER
    return str(int(found[:8], 16))
