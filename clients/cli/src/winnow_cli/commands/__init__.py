"""The commands of ``winnow`` that call a gateway, one module each."""

COMMANDS: dict[str, str] = {
    "add": "upload files",
    "report": "the weekly report: jobs, failures, time, AI use and cost",
    "schedules": "what is done at set times: next and last run, and to run one now",
    "search": "search what was said",
    "sort": "say what waste is on photos, and how to throw it away",
    "feedback": "what people corrected on photos, as labelled data: export",
    "jobs": "list jobs",
    "trace": "where a job is, and its whole life",
    "cancel": "end a job that is not wanted any more",
    "retry": "run a failed or cancelled job again from where it failed",
    "resend": "send the commands of stuck jobs again, where the broker lost their messages",
    "drill": "send jobs that touch nobody's data through every service",
    "batch": "how the jobs of a batch stand",
    "tasks": "tasks of all tenants, by state, actor, lane, node, tenant, text or time",
    "dead": "tasks that failed for good: list, show, replay, discard",
    "audit": "what people did to jobs, tasks, lanes and schedules, and by whose key",
    "workers": "the nodes: which live, what they do, how often they succeed",
    "queues": "the lanes, what waits in them and who takes of them",
    "pause": "hold a lane; its messages wait",
    "resume": "let a paused lane go on",
}
