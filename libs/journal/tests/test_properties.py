"""Under any sequence of events, a journal and its in-memory twin stay equal and no job is ever lost."""

import dataclasses
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from winnow_contracts import queues
from winnow_contracts.commands import DrillAi, DrillMedia, StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventKind, JobAccepted
from winnow_contracts.states import MOVES, TERMINAL, Outcome, TaskState
from winnow_contracts.task_history import TaskHistory
from winnow_journal.decision import asks_index
from winnow_journal.event_factory import GATING
from winnow_journal.testing.content import memory_content
from winnow_journal.testing.model import Attempt, Batch, Message, ModelIndex, PendingAck
from winnow_journal.testing.model_check import Twins
from winnow_journal.values import AttemptResult, DeliveryContext, Run, Skip

ACCEPTED = JobAccepted(
    kind="drill", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)
NEXT = {DrillMedia: DrillAi, DrillAi: StoreDrill}
ENDINGS = {
    "completed": AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, duration_ms=7),
    "retried": AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5_000, error={"code": "x"}),
    "timed out": AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.TIMEOUT, error={"code": "y"}),
    "dead": AttemptResult(state=TaskState.DEAD, outcome=Outcome.FAILED, error={"code": "z"}, trace="where"),
    "cancelled": AttemptResult(state=TaskState.CANCELLED, outcome=Outcome.CANCELLED),
    "interrupted": AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED),
    "too late": AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, superseded="the job was cancelled"),
}
DRAW = st.data()


class World(RuleBasedStateMachine):
    """One node with a SQLite journal and its twin in memory, a broker, an index, and every fault that can happen to
    them."""

    def __init__(self):
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="journal-", dir="/dev/shm"))  # the disk is simulated anyway
        self.twins = Twins(self.home)
        self.both, self.content = self.twins.both, self.twins.content
        self.broker: list[Message] = []
        self.inbox: list[Batch] = []
        self.index = ModelIndex()
        self.recorded = {}
        self.ended = set()  # jobs whose present run has really ended
        self.single = set()  # open jobs whose second copy was lost with a disk
        self.jobs = 0
        self.begin_process()

    @property
    def journal(self):
        return self.twins.journal

    def teardown(self):
        self.twins.close()
        shutil.rmtree(self.home)

    # -- processes ---------------------------------------------------------------------------------------------------

    def begin_process(self):
        """Reset what a fresh process does not know: everything but its journal."""
        self.running, self.gates, self.lost_attempts, self.told, self.unnoted = {}, [], [], set(), []
        self.shipped_seq = self.journal.applied_seq
        if self.journal.journal_id not in self.index.journals:
            self.index.journals.append(self.journal.journal_id)
        for message in self.broker:
            message.hand_back()
        self.before = {}

    @rule()
    def the_process_stops_and_another_starts(self):
        self.twins.restart()
        self.begin_process()

    @rule()
    def the_process_is_killed(self):
        self.twins.kill()
        self.begin_process()

    @rule(seed=st.integers(0, 2**32))
    def the_power_fails(self, seed):
        left = self.twins.lose_power(random.Random(seed))
        self.recorded = {key: value for key, value in self.recorded.items() if key in left.steps}
        self.begin_process()

    @precondition(lambda self: all(row.origin or row.confirmed or not row.envelope for row in self.content().rows))
    @rule()
    def the_node_loses_its_disk(self):
        """Jobs not yet reported as accepted may be lost: the gateway waits for the broker's confirm."""
        self.twins.lose_disk()
        kept = {envelope.command.job_id for envelope in self.index.open.values() if self.index.is_open(envelope)}
        self.recorded, self.single = {}, {job for job in self.index.runs if not self.index.ended(job)} - kept
        on_their_way = {event.job_id for batch in self.inbox for event in batch.events.values() if event.kind in GATING}
        self.ended -= self.single - on_their_way  # an end that nobody has seen does not count
        self.begin_process()

    @rule(back=st.booleans(), milliseconds=st.sampled_from((1, 5_000, 3_600_000, 8 * 86_400_000)))
    def the_clock_steps(self, back, milliseconds):
        self.twins.now_ms += -milliseconds if back else milliseconds

    # -- jobs and their outbox ---------------------------------------------------------------------------------------

    @initialize()
    def there_is_work(self):
        self.a_job_is_accepted_and_asked_for_twice()
        self.work_goes_on(2, False, "")

    @precondition(lambda self: self.jobs < 3)
    @rule()
    def a_job_is_accepted_and_asked_for_twice(self):
        self.jobs += 1
        job_id = f"job_{self.jobs}"
        command = DrillMedia(tenant_id="drill", job_id=job_id, media_id="m")
        envelope = Envelope(command=command, created_ms=self.twins.now_ms)
        self.index.runs[job_id] = 1
        (row,) = self.both(lambda journal: journal.accept(envelope, ACCEPTED), durable=True)
        known = self.both(lambda journal: journal.accept(envelope, ACCEPTED), durable=True)
        assert known == (dataclasses.replace(row, possible_duplicate=True),), (
            "the first may have been published meanwhile"
        )

    @precondition(lambda self: any(map(self.index.ended, self.ended)))
    @rule(data=DRAW)
    def an_ended_job_is_run_once_more(self, data):
        job_id = data.draw(st.sampled_from(sorted(filter(self.index.ended, self.ended))))
        run = self.index.runs[job_id] = self.index.runs[job_id] + 1
        self.ended.discard(job_id)
        command = DrillMedia(tenant_id="drill", job_id=job_id, media_id="m")
        self.both(
            lambda journal: journal.submit(Envelope(command=command, run=run, created_ms=self.twins.now_ms)),
            durable=True,
        )

    @precondition(lambda self: self.jobs)
    @rule(data=DRAW)
    def a_job_is_cancelled(self, data):
        job_id = data.draw(st.sampled_from(sorted(self.index.runs)))
        if job_id not in self.ended:
            self.index.cancelled[job_id] = self.index.runs[job_id]
            self.ended.add(job_id)

    @rule(data=DRAW, noted=st.booleans())
    def a_command_is_published(self, data, noted):
        closed = data.draw(st.sets(st.sampled_from(queues.LANES), max_size=2))
        rows = self.both(lambda journal: journal.unconfirmed(100, closed=closed))
        if rows:
            row = data.draw(st.sampled_from(rows))
            self.publish(row)
            self.unnoted.append(row)
            if noted:
                self.confirms_are_noted()

    @rule()
    def confirms_are_noted(self):
        """Record confirms, soon or late. Meanwhile the broker may have lost its data."""
        self.twins.confirm(self.unnoted)
        self.unnoted = []

    def publish(self, row):
        envelope = row.envelope
        self.broker.append(
            Message(
                dataclasses.replace(envelope, possible_duplicate=row.possible_duplicate or envelope.possible_duplicate)
            )
        )
        self.hold([row.seq])

    def hold(self, seqs):
        """The broker holds these rows: acks that waited for them are released."""
        self.told.update(seqs)
        applied_seq = self.journal.applied_seq
        for gate in list(self.gates):
            if any(row.seq not in self.told and (row.is_command or row.seq > applied_seq) for row in gate.rows):
                continue
            self.gates.remove(gate)
            self.ack(gate.messages)

    def offer(self, rows, messages):
        self.gates.append(PendingAck(rows, messages))
        self.hold([])

    def ack(self, messages):
        self.broker = [message for message in self.broker if message not in messages]

    @rule(moves=st.integers(1, 3), ends=st.booleans(), how=st.sampled_from(sorted(ENDINGS)), noted=st.booleans())
    def work_goes_on(self, moves, ends, how, noted=True):
        """The usual course: publish what waits, deliver what is published, end what runs."""
        for _ in range(moves):
            rows = [row for row in self.both(lambda journal: journal.unconfirmed(9)) if row not in self.unnoted]
            ready = [message for message in self.broker if not message.unacked]
            if rows:
                self.publish(rows[0])
                self.unnoted.append(rows[0])
                if noted:
                    self.confirms_are_noted()
            elif ready:
                self.deliver(ready[0], index_answers=True)
        self.check_moves()
        if ends and self.running:
            self.finish(self.running.pop(next(iter(self.running))), ENDINGS[how])

    # -- deliveries and attempts -------------------------------------------------------------------------------------

    @rule(data=DRAW)
    def a_message_is_delivered(self, data):
        ready = [message for message in self.broker if not message.unacked]
        if ready:
            self.deliver(data.draw(st.sampled_from(ready)), index_answers=data.draw(st.booleans()))

    def deliver(self, message, *, index_answers):
        envelope, message.unacked = message.envelope, True
        task_id, job_id = envelope.task_id, envelope.command.job_id
        if task_id in self.running:
            self.running[task_id].messages.append(message)
            return
        row = self.journal.task_state(task_id)
        asks = index_answers and asks_index(row, envelope, redelivered=message.redelivered)
        arrival = DeliveryContext(
            redelivered=message.redelivered,
            cancelled=envelope.run <= self.index.cancelled.get(job_id, 0),
            history=self.index.history(envelope, redelivered=message.redelivered, journal_id=self.journal.journal_id)
            if asks
            else TaskHistory(),
        )
        before = self.content()
        claim = self.both(lambda journal: journal.claim(envelope, arrival))
        match claim:
            case Run():
                again = message.redelivered or envelope.possible_duplicate
                self.running[task_id] = Attempt(claim.attempt_id, envelope, [message], sends_again=again)
                if claim.alone and len(self.running) == 1:
                    self.both(lambda journal: journal.mark_isolated(task_id, claim.attempt_id))
            case Skip():
                self.check_gate(before, task_id, claim)
                self.offer(claim.awaiting, [message])

    def check_gate(self, before, task_id, claim):
        """Check that a skipped message is acked only once all that followed from its task is confirmed."""
        if claim.cause not in ("finished", "stale"):
            return
        open_rows = [row for row in before.rows if row.origin == task_id and not row.confirmed]
        wanted = [row for row in open_rows if not row.event or row.event.kind in GATING]
        assert [bool(row.envelope) for row in claim.awaiting] == [row.event is None for row in wanted]

    @precondition(lambda self: self.running)
    @rule(data=DRAW, name=st.sampled_from("abc"))
    def a_step_runs_or_is_found(self, data, name):
        attempt = self.running[data.draw(st.sampled_from(sorted(self.running)))]
        envelope, attempt_id = attempt.envelope, attempt.attempt_id
        key = (envelope.command.job_id, f"{envelope.actor}/{envelope.command.part}", name, "hash")
        found = self.both(lambda journal: journal.find_step(envelope, name, "hash"))
        assert found == self.recorded.get(key)
        if found is None:
            self.recorded[key] = f'"result of {attempt_id}"'
            event = self.twins.twin.events[-1]
            event = dataclasses.replace(event, kind=EventKind.STEP_DONE, task_id=envelope.task_id, detail={})
            self.both(
                lambda journal: journal.record_step(envelope, attempt_id, name, "hash", self.recorded[key], 1, event),
            )

    @precondition(lambda self: self.running)
    @rule(data=DRAW, how=st.sampled_from(sorted(ENDINGS)))
    def an_attempt_ends(self, data, how):
        self.finish(self.running.pop(data.draw(st.sampled_from(sorted(self.running)))), ENDINGS[how])

    def finish(self, attempt, ending):
        envelope = attempt.envelope
        following = NEXT.get(type(envelope.command))
        if ending.superseded and not self.index.ended(envelope.command.job_id):
            ending = ENDINGS["completed"]  # it is not late
        if ending.state is TaskState.COMPLETED and following and not ending.superseded:
            command = following(tenant_id="drill", job_id=envelope.command.job_id, media_id="m")
            child = Envelope(command=command, run=envelope.run, created_ms=self.twins.now_ms)
            ending = dataclasses.replace(ending, children=(child,))
        ending = dataclasses.replace(ending, possible_duplicate=attempt.sends_again)
        owned = self.content().tasks[envelope.task_id]
        lost = owned.state is not TaskState.RUNNING or owned.attempt_id != attempt.attempt_id
        gate = self.both(lambda journal: journal.finish(envelope, attempt.attempt_id, ending), durable=True)
        if lost:
            assert gate == ()
        elif ending.state in (TaskState.DEAD, TaskState.CANCELLED) or ending.superseded:
            self.end(envelope)
        elif ending.state is TaskState.COMPLETED and following is None:
            self.index.stored[envelope.command.job_id] = envelope.run  # index did this in its storing transaction
            self.end(envelope)
        if ending.state is TaskState.PENDING:
            for message in attempt.messages:
                message.hand_back()
        else:
            self.offer(gate, attempt.messages)

    def end(self, envelope):
        if envelope.run == self.index.runs[envelope.command.job_id]:
            self.ended.add(envelope.command.job_id)

    @precondition(lambda self: self.running)
    @rule(data=DRAW)
    def an_end_can_not_be_written(self, data):
        """The disk was full. The message is requeued, and the attempt may still report its end later."""
        attempt = self.running.pop(data.draw(st.sampled_from(sorted(self.running))))
        for message in attempt.messages:
            message.hand_back()
        self.lost_attempts.append(Attempt(attempt.attempt_id, attempt.envelope, []))

    @precondition(lambda self: self.lost_attempts)
    @rule(data=DRAW, how=st.sampled_from(("completed", "dead", "retried")))
    def a_late_end_comes(self, data, how):
        attempt = data.draw(st.sampled_from(self.lost_attempts))
        self.lost_attempts.remove(attempt)
        self.finish(attempt, ENDINGS[how])

    @rule()
    def connections_are_cut(self):
        """Every prefetched message is redelivered while its attempt continues; the acks are dropped."""
        for message in self.broker:
            message.hand_back()
        for holder in (*self.running.values(), *self.gates):
            holder.messages.clear()

    @precondition(lambda self: all(map(self.index.ended, self.single)))
    @rule(noted_late=st.booleans())
    def the_broker_loses_its_data(self, noted_late):
        """The loss may come before the last confirms are recorded; they are recorded afterwards then."""
        for row in self.journal.unconfirmed(100) if noted_late else ():
            self.publish(row)
            self.unnoted.append(row)
        self.broker, self.inbox = [], []
        for holder in (*self.running.values(), *self.gates):
            holder.messages.clear()
        known_ended = {job: run for job, run in self.index.runs.items() if self.index.ended(job)}
        self.both(lambda journal: journal.reopen_all(known_ended), durable=True)
        self.index.broker_lost_its_data()
        if noted_late:
            self.confirms_are_noted()
        self.shipped_seq = self.journal.applied_seq
        self.told = {seq for seq in self.told if seq <= self.shipped_seq}

    @precondition(lambda self: self.index.due)
    @rule()
    def index_publishes_again_what_it_keeps(self):
        for envelope in self.index.due.values():
            self.broker.append(Message(dataclasses.replace(envelope, possible_duplicate=True)))
        self.index.due = {}

    # -- events ------------------------------------------------------------------------------------------------------

    @rule(limit=st.integers(1, 5))
    def events_are_shipped(self, limit):
        found = self.journal.events_after(self.shipped_seq, limit)
        if found:
            events = {one.seq: one.event for one in found}
            self.inbox.append(Batch(self.journal.journal_id, self.shipped_seq, events))
            self.shipped_seq = found[-1].seq
            self.hold(list(events))

    @precondition(lambda self: self.inbox)
    @rule(data=DRAW, comes_again=st.booleans(), answered=st.booleans())
    def index_takes_a_batch(self, data, comes_again, answered):
        batch = data.draw(st.sampled_from(self.inbox))
        if not comes_again:
            self.inbox.remove(batch)
        self.take_batch(batch, answered=answered)

    def take_batch(self, batch, *, answered=True):
        applied_seq = self.index.take(batch)
        if answered and batch.journal_id == self.journal.journal_id:  # each journal has its own answer queue
            self.twins.applied(applied_seq)

    @rule()
    def events_are_shipped_again_from_the_watermark(self):
        self.shipped_seq = self.journal.applied_seq

    @rule()
    def the_journal_prunes_what_index_keeps(self):
        self.both(lambda journal: journal.prune_kept(journal.kept_seq))

    @rule()
    def upkeep_forgets_what_index_knows_as_ended(self):
        known_ended = {job: run for job, run in self.index.runs.items() if self.index.ended(job)}
        self.both(lambda journal: journal.prune_ended(known_ended))

    # -- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def journal_and_twin_keep_the_same(self):
        ours, twins = vars(self.content()), vars(memory_content(self.twins.twin))
        assert [name for name in ours if ours[name] != twins[name]] == []

    @invariant()
    def tasks_make_legal_moves_and_terminal_states_never_change(self):
        self.check_moves()

    def check_moves(self):
        now = self.content().tasks
        for task_id, before in self.before.items():
            assert before.state is now[task_id].state or (before.state, now[task_id].state) in MOVES
            assert before.retry <= now[task_id].retry, "a retry that was spent came back"
        self.before = now

    @invariant()
    def numbers_only_rise(self):
        seqs = [one.seq for one in self.journal.events_after(0, 10_000)]
        assert seqs == sorted(set(seqs))

    @invariant()
    def every_open_job_has_its_next_command_in_two_places(self):
        content = self.content()
        open_jobs = self.index.runs.keys() - self.ended

        def leads_on(envelope):
            task = content.tasks.get(envelope.task_id)
            fresh = task is None or (task.state not in TERMINAL and envelope.retry >= task.retry)
            return fresh and envelope.run == self.index.runs[envelope.command.job_id]

        batches = [event for batch in self.inbox for event in batch.events.values()]
        told = [row.event for row in content.rows if row.event] + batches + list(self.index.events.values())
        dead = {e.job_id for e in told if e.kind is EventKind.DEAD and e.run == self.index.runs[e.job_id]}
        commands = [row for row in content.rows if row.envelope and leads_on(row.envelope)]
        kept = {envelope.command.job_id for envelope in self.index.open.values() if leads_on(envelope)}
        kept |= {row.envelope.command.job_id for row in commands}
        waiting = {envelope.command.job_id for envelope in self.index.due.values() if leads_on(envelope)}
        waiting |= {row.envelope.command.job_id for row in commands if not row.confirmed}
        held = {message.envelope.command.job_id for message in self.broker if leads_on(message.envelope)}
        assert open_jobs <= kept | dead | self.single, "neither index nor a journal keeps it"
        assert open_jobs <= waiting | held | dead, "it is neither with the broker nor on its way to it"

    # -- and in the end ----------------------------------------------------------------------------------------------

    @rule()
    def everything_ends_once_nothing_fails_any_more(self):
        for _ in range(100):
            self.index_publishes_again_what_it_keeps()
            for row in self.journal.unconfirmed(1_000):
                self.publish(row)
                self.twins.confirm([row])
            self.shipped_seq = min(self.shipped_seq, self.journal.applied_seq)
            self.events_are_shipped(10_000)
            for batch in self.inbox:
                self.take_batch(batch)
            self.inbox = []
            for message in [message for message in self.broker if not message.unacked]:
                self.deliver(message, index_answers=True)
            for task_id in list(self.running):
                self.finish(self.running.pop(task_id), ENDINGS["completed"])
            if not self.broker and not self.journal.unconfirmed(1):
                break
        assert self.broker == []
        assert all(self.index.ended(job) for job in self.index.runs)
        self.ended = set(self.index.runs)
        self.upkeep_forgets_what_index_knows_as_ended()
        assert self.journal.jobs_with_kept_commands(10) == []
        self.before = {}  # many state changes happened at once


World.TestCase.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWorld = pytest.mark.timeout(400)(World.TestCase)  # shrinking what it finds takes minutes on a busy machine
