"""Repairs a stuck job: if its message is lost, says who can send its command again."""

from typing import Any

from winnow_cli.locate.evidence import Evidence
from winnow_cli.locate.last_run import LastRun, header
from winnow_cli.locate.locate_job import Whereabouts, whereabouts
from winnow_contracts.envelope import now_ms
from winnow_local.doctor.finding import DoctorFinding

_GONE = "No queue holds a message of it."
_NOWHERE = "Nor does index or any journal here keep a command of it: its file must be sent again."


def finding(item: dict[str, Any], evidence: Evidence) -> DoctorFinding:
    """Returns index's finding of a stuck job with the job's place, and the command that makes it continue."""
    answer = whereabouts(evidence)
    words, mend = _mend(evidence) if _is_gone(evidence, answer) else ("", f"./winnow trace {evidence.job_id}")
    detail = f"{item['detail']} {answer.sentence} {words}".rstrip()
    return DoctorFinding(kind=item["kind"], what=item["what"], detail=detail, mend=mend)


def _is_gone(evidence: Evidence, answer: Whereabouts) -> bool:
    """Whether no known place holds its message. If a consumer still has it, a copy does no harm."""
    state = evidence.queues.get(answer.queue)
    return answer.place == "unknown" or (answer.inferred and state is not None and not state.ready)


def _mend(evidence: Evidence) -> tuple[str, str]:
    run = LastRun(evidence, now_ms())
    keepers = _keepers(run)
    adopted = [evidence.adopted[node] for node in keepers if node in evidence.adopted]
    if run.kept_by_index() or len(adopted) < len(keepers) or (not keepers and evidence.missing):
        return _GONE, f"./winnow resend {evidence.job_id}"
    if adopted:
        return f"{_GONE} Only an adopted journal keeps its command.", f"./winnow journal adopt {adopted[-1]}"
    return f"{_GONE} {_NOWHERE}", f"./winnow cancel {evidence.job_id}"


def _keepers(run: LastRun) -> list[str]:
    """Nodes whose journals keep the command that nobody started; if none keeps it, those with any command that led to
    it.
    """
    kept = list(run.commands())
    waiting = [(node, row) for node, row in kept if not run.started(row["task_id"], header(row, "retry"))]
    return [node for node, _ in waiting or kept]
