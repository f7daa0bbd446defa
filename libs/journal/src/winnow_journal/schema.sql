-- The whole schema at the newest version, for a fresh file; migrations.py brings older files to it. Times are Unix
-- milliseconds. Every statement may run again: an older release could die before its file had all of the schema.

CREATE TABLE IF NOT EXISTS journal_meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS task_wal (
    task_id     TEXT PRIMARY KEY,
    job_id      TEXT NOT NULL,
    actor       TEXT NOT NULL,
    run         INTEGER NOT NULL,
    retry       INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempt_id  TEXT NOT NULL,
    owner       TEXT NOT NULL,               -- boot id of the process that runs it
    suspect     INTEGER NOT NULL DEFAULT 0,  -- times its process died while it ran, since its last ending
    alone       INTEGER NOT NULL DEFAULT 0,  -- 1 while nothing else runs in its process, until it records a step
    deaths_alone INTEGER NOT NULL DEFAULT 0, -- times its process died meanwhile
    attempts    INTEGER NOT NULL DEFAULT 0,
    envelope    TEXT NOT NULL,
    first_ms    INTEGER NOT NULL,
    started_ms  INTEGER NOT NULL,
    ended_ms    INTEGER,
    duration_ms INTEGER,
    error       TEXT,                        -- problem as JSON
    trace       TEXT
);
CREATE INDEX IF NOT EXISTS task_wal_state ON task_wal (state);
CREATE INDEX IF NOT EXISTS task_wal_job ON task_wal (job_id);
CREATE INDEX IF NOT EXISTS task_wal_ended ON task_wal (ended_ms) WHERE state IN ('completed', 'cancelled', 'dead');

-- A step belongs to a job's stage, not to one run: the next run inherits it.
CREATE TABLE IF NOT EXISTS step (
    job_id      TEXT NOT NULL,
    stage       TEXT NOT NULL,
    name        TEXT NOT NULL,
    input_hash  TEXT NOT NULL,
    task_id     TEXT NOT NULL,
    attempt_id  TEXT NOT NULL,
    result      TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    done_ms     INTEGER NOT NULL,
    PRIMARY KEY (job_id, stage, name, input_hash)
) WITHOUT ROWID;

-- Commands and events to publish. AUTOINCREMENT: a number is never used twice, index relies on it.
CREATE TABLE IF NOT EXISTS outbox (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL CHECK (kind IN ('command', 'event')),
    topic        TEXT NOT NULL,              -- actor of a command, kind of an event
    job_id       TEXT NOT NULL,
    task_id      TEXT NOT NULL,              -- the task that the command asks for, or the event is about
    origin       TEXT NOT NULL,              -- the task that wrote the row; empty for the gateway
    owner        TEXT NOT NULL,              -- boot id of the process that publishes it
    body         TEXT NOT NULL,
    delay_ms     INTEGER NOT NULL DEFAULT 0,
    again        INTEGER NOT NULL DEFAULT 0, -- how often it was opened again after a loss; a confirm counts only for
                                             -- the opening that it was sent in
    created_ms   INTEGER NOT NULL,
    confirmed_ms INTEGER,
    told         INTEGER NOT NULL DEFAULT 0  -- 1 for a command that the event before it tells index whole
);
-- Partial, each for one question, so that an event row costs no index upkeep once it is shipped.
CREATE INDEX IF NOT EXISTS outbox_unconfirmed ON outbox (seq) WHERE kind = 'command' AND confirmed_ms IS NULL;
CREATE INDEX IF NOT EXISTS outbox_origin ON outbox (origin) WHERE confirmed_ms IS NULL;
CREATE INDEX IF NOT EXISTS outbox_command ON outbox (task_id) WHERE kind = 'command';
CREATE INDEX IF NOT EXISTS outbox_job ON outbox (job_id) WHERE kind = 'command';
CREATE INDEX IF NOT EXISTS outbox_accepted ON outbox (job_id) WHERE topic = 'accepted';
CREATE INDEX IF NOT EXISTS outbox_accepted_of ON outbox (json_extract(body, '$.tenant_id'), seq) WHERE topic = 'accepted';
CREATE INDEX IF NOT EXISTS outbox_told ON outbox (seq) WHERE told = 1 AND confirmed_ms IS NOT NULL;

-- What is left of a task some minutes after its end, so that no copy of its message runs it again. By day, so that a whole
-- day is dropped from one place of the file.
CREATE TABLE IF NOT EXISTS past_task (
    day     INTEGER NOT NULL,                -- of its end, since 1970
    task_id TEXT NOT NULL,
    state   TEXT NOT NULL,                   -- 'pending' where its command was only sent from here
    retry   INTEGER NOT NULL,
    PRIMARY KEY (day, task_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS retry_queue (
    task_id TEXT PRIMARY KEY,
    retry   INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    error   TEXT NOT NULL
) WITHOUT ROWID;

-- Each answer of index to a hand-over of events.
CREATE TABLE IF NOT EXISTS sync_log (
    at_ms       INTEGER NOT NULL,
    sent_seq    INTEGER NOT NULL,
    applied_seq INTEGER NOT NULL
);

-- Each time that a hand-over of events failed, with why; what goes on failing is told anew every half a minute.
CREATE TABLE IF NOT EXISTS sync_failure (
    at_ms    INTEGER NOT NULL,
    sent_seq INTEGER NOT NULL,
    error    TEXT NOT NULL
);
