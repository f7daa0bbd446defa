"""What decides about running work: cancelled jobs and paused lanes, rate limits, places at endpoints.

May use ``usage``."""
