"""Controls running work: cancelled jobs, paused lanes, rate limits, places at endpoints, and estimates.

May use ``usage``."""
