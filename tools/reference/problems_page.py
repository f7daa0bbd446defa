"""The page of problems: each code that an error may have."""

from page_text import code, table
from winnow_contracts.problems import BAD_INPUT, PROBLEMS, TYPE_BASE

_INTRO = f"""# Problems

Every error of the API is a problem document (RFC 9457, `application/problem+json`): `type` is `{TYPE_BASE}CODE`,
`title` stands below, `detail` says in a sentence what happened to what, and `hint` what to do. A failed job has the
same in its `problem`. The status is that of an answer; of a job it tells whose fault it was: from 500 on not the
sender's.

*in the file*: the fault is in the file or the request itself, and the result is the same however often it is tried."""


def problems_page() -> str:
    """The page as Markdown, in the order of the registry."""
    rows = [
        (code(name), str(kind.status), kind.title, "yes" if name in BAD_INPUT else "")
        for name, kind in PROBLEMS.items()
    ]
    return f"{_INTRO}\n\n{table(('code', 'status', 'title', 'in the file'), rows)}\n"
