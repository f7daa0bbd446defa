"""How soon something ends that is to end soon, on a machine that does other things too."""

from datetime import datetime

SOON_SECONDS = 2.0


def quickest(stop, tries=3):
    """The least of what ``stop`` took, in seconds; asked again only where it was not soon: the machine was busy."""
    took = []
    while len(took) < tries and (not took or took[-1] > SOON_SECONDS):
        took.append(stop())
    return min(took)


def seconds_between(first, second):
    """Seconds from one moment to another, both as RFC 3339."""
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()
