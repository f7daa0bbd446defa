-- Media, jobs, transcripts, passages, API keys and task history. All times are Unix milliseconds, UTC.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Bigrams of each word, and single CJK syllables: with a GIN index they find Korean words of one and two syllables,
-- which trigrams can not. Split on these two classes because what \W means depends on the locale.
CREATE FUNCTION bigrams(t text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(array_agg(DISTINCT substr(w, i, n)), '{}')
  FROM regexp_split_to_table(lower(normalize(t, NFC)), '[[:space:][:punct:]]+') AS w,
       (VALUES (1), (2)) AS s(n),
       generate_series(1, length(w) - n + 1) AS i
  WHERE n = 2 OR substr(w, i, 1) ~ '[가-힣一-龥ぁ-ヿ]'
$$;

-- Words as they are, English ones by their stem. Korean comes in as morphemes, cut by the service.
CREATE TEXT SEARCH CONFIGURATION winnow (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION winnow
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart WITH english_stem;

CREATE TABLE api_key (
  key_id        text PRIMARY KEY,
  secret_sha256 text NOT NULL,
  tenant_id     text NOT NULL,
  scopes        text[] NOT NULL,
  name          text NOT NULL,
  created_ms    bigint NOT NULL,
  revoked_ms    bigint
);

-- A job is what its tasks' events and its stored result make of it: see fold_jobs.sql.
CREATE TABLE job (
  job_id        text PRIMARY KEY,
  tenant_id     text NOT NULL,
  media_id      text NOT NULL,
  run           integer NOT NULL DEFAULT 1,
  status        text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  created_ms    bigint NOT NULL,
  finished_ms   bigint,
  problem       jsonb,
  stored_run    integer,      -- the run whose result is served
  stored_result text,         -- which of that run's results it is: a hash
  stored_ms     bigint
);
CREATE INDEX job_newest ON job (tenant_id, created_ms DESC, job_id DESC);
CREATE INDEX job_status ON job (tenant_id, status, created_ms DESC, job_id DESC);

CREATE TABLE media (
  media_id       text PRIMARY KEY,
  tenant_id      text NOT NULL,
  job_id         text NOT NULL,
  -- as accepted
  accepted       boolean NOT NULL DEFAULT false,
  created_ms     bigint NOT NULL,
  kind           text NOT NULL DEFAULT 'recording',
  title          text NOT NULL DEFAULT '',
  filename       text NOT NULL DEFAULT '',
  content_type   text NOT NULL DEFAULT '',
  size_bytes     bigint NOT NULL DEFAULT 0,
  sha256         text NOT NULL DEFAULT '',
  asked_language text,
  incoming_key   text,
  -- as stored
  stored_ms      bigint,
  duration_ms    bigint,
  has_video      boolean,
  speech_ratio   real,
  warnings       text[] NOT NULL DEFAULT '{}',
  original_key   text,
  poster_key     text,
  thumbnail_key  text,
  rendition_key  text,
  rendition_type text
);
CREATE INDEX media_newest ON media (tenant_id, created_ms DESC, media_id DESC);
CREATE INDEX media_job ON media (job_id);

CREATE TABLE transcript (
  media_id    text PRIMARY KEY REFERENCES media ON DELETE CASCADE,
  tenant_id   text NOT NULL,
  language    text NOT NULL,
  duration_ms bigint NOT NULL,
  model       text NOT NULL,
  warnings    text[] NOT NULL
);

-- Words are arrays of their segment: an hour of speech is some thousand rows, not ten times that.
CREATE TABLE segment (
  media_id         text NOT NULL REFERENCES transcript ON DELETE CASCADE,
  n                integer NOT NULL,
  text             text NOT NULL,
  start_ms         bigint NOT NULL,
  end_ms           bigint NOT NULL,
  word_texts       text[] NOT NULL,
  word_starts_ms   integer[] NOT NULL,
  word_ends_ms     integer[] NOT NULL,
  word_confidences real[] NOT NULL,
  PRIMARY KEY (media_id, n)
);

-- The models whose vectors are stored. Vectors of two generations are never compared.
CREATE TABLE generation (
  generation text PRIMARY KEY,
  dimensions integer NOT NULL,
  created_ms bigint NOT NULL
);

-- ``embedding`` has no fixed dimension, so that another model's vectors can stand beside; each generation has its
-- own partial HNSW index over a cast to its dimension (create_vector_index.sql).
CREATE TABLE passage (
  passage_id     uuid PRIMARY KEY,
  tenant_id      text NOT NULL,
  media_id       text NOT NULL REFERENCES transcript ON DELETE CASCADE,
  generation     text NOT NULL REFERENCES generation,
  language       text NOT NULL,
  start_ms       bigint NOT NULL,
  end_ms         bigint NOT NULL,
  text           text NOT NULL,
  word_offsets   integer[] NOT NULL,  -- where each word begins in text, in code points
  word_starts_ms integer[] NOT NULL,  -- and when it is spoken
  embedding      halfvec,
  lex            tsvector NOT NULL,
  folded         text GENERATED ALWAYS AS (lower(normalize(text, NFC))) STORED,  -- where exact text is looked for
  bg             text[] GENERATED ALWAYS AS (bigrams(text)) STORED
);
CREATE INDEX passage_media ON passage (tenant_id, media_id);
CREATE INDEX passage_of_media ON passage (media_id);
CREATE INDEX passage_words ON passage USING gin (lex);
CREATE INDEX passage_bigrams ON passage USING gin (bg);

-- Every event, once. Task history below is a fold over this set, so neither order nor repetition matters.
CREATE TABLE task_event (
  journal_id text NOT NULL,
  seq        bigint NOT NULL,
  kind       text NOT NULL,
  tenant_id  text NOT NULL,
  job_id     text NOT NULL,
  media_id   text NOT NULL,
  task_id    text NOT NULL,
  actor      text NOT NULL,
  queue      text NOT NULL,
  run        integer NOT NULL,
  retry      integer NOT NULL,
  attempt_id text NOT NULL,
  node       text NOT NULL,
  at_ms      bigint NOT NULL,
  detail     jsonb NOT NULL,
  PRIMARY KEY (journal_id, seq)
);
CREATE INDEX task_event_job ON task_event (job_id);
CREATE INDEX task_event_task ON task_event (task_id);

CREATE TABLE journal_watermark (
  journal_id  text PRIMARY KEY,
  service     text NOT NULL,
  node        text NOT NULL,
  applied_seq bigint NOT NULL DEFAULT 0,
  seen_ms     bigint NOT NULL
);

CREATE TABLE task_log (
  task_id     text PRIMARY KEY,
  tenant_id   text NOT NULL,
  job_id      text NOT NULL,
  media_id    text NOT NULL,
  actor       text NOT NULL,
  queue       text NOT NULL,
  run         integer NOT NULL,
  retry       integer NOT NULL,
  state       text NOT NULL,
  attempts    integer NOT NULL,
  node        text NOT NULL,
  enqueued_ms bigint,
  started_ms  bigint,
  ended_ms    bigint,
  duration_ms bigint,
  problem     jsonb
);
CREATE INDEX task_log_job ON task_log (job_id);
CREATE INDEX task_log_state ON task_log (state, actor);

CREATE TABLE task_execution_history (
  task_id    text NOT NULL REFERENCES task_log ON DELETE CASCADE,
  attempt_id text NOT NULL,
  number     integer NOT NULL,
  retry      integer NOT NULL,
  node       text NOT NULL,
  started_ms bigint,
  ended_ms   bigint,
  outcome    text,
  why        text,
  problem    jsonb,
  PRIMARY KEY (task_id, attempt_id)
);

CREATE VIEW task_step AS
  SELECT task_id, attempt_id, detail->>'step' AS name, (detail->>'duration_ms')::bigint AS duration_ms,
         coalesce((detail->>'reused')::boolean, false) AS reused, at_ms, journal_id, seq
  FROM task_event WHERE kind = 'step_done';
