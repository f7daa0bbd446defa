"""A clock that the jobs drive, so that a run of minutes has the hours in which a real node would do as much."""

from winnow_contracts.envelope import now_ms


class PacedClock:
    """Tells Unix milliseconds: the present at first, then what ``per_second`` jobs a second would have taken."""

    def __init__(self, per_second: int) -> None:
        self._began_ms = now_ms()
        self._per_second = per_second
        self._jobs = 0

    def __call__(self) -> int:
        """The present time by this clock."""
        return self._began_ms + self._jobs * 1000 // self._per_second

    def pass_jobs(self, jobs: int) -> None:
        """Go on by the time of so many jobs."""
        self._jobs += jobs
