"""A finding of the doctor: the object, the fault, and the command that repairs it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DoctorFinding:
    """One line of the doctor. Without ``mend`` it is information: nothing is wrong any more."""

    kind: str
    what: str
    detail: str
    mend: str = ""

    def line(self) -> str:
        """The finding for people."""
        return f"{self.what}: {self.detail}" + (f"  →  {self.mend}" if self.mend else "")


RESTART = "./winnow down && ./winnow up"
