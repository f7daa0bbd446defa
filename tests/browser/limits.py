"""Time limits for a slow and busy machine: what takes longer hangs."""

LONG_SECONDS = 900
"""For a test with its fixtures, a whole stack among them."""
WORK_MS = 300_000
"""For a job."""
STEP_MS = 100_000
"""For a page's reaction to a click, and everything else."""
