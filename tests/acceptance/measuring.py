"""Measures how soon something ends, on a machine that is busy with other work too."""

from datetime import datetime

SOON_SECONDS = 2.0


def quickest(stop, tries=3):
    """Returns the least duration of ``stop``, in seconds; repeats it only if slow: the machine may be busy."""
    took = []
    while len(took) < tries and (not took or took[-1] > SOON_SECONDS):
        took.append(stop())
    return min(took)


def seconds_between(first, second):
    """Returns the seconds between two moments, both as RFC 3339."""
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()
