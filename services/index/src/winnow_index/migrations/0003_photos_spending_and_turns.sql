-- Photos and what people say of their answers, what AI calls cost, and turns towards AI endpoints.
-- Times are Unix milliseconds, UTC.

CREATE TABLE photo (
  media_id      text PRIMARY KEY REFERENCES media ON DELETE CASCADE,
  tenant_id     text NOT NULL,
  answer        jsonb NOT NULL,  -- a PhotoAnswer as ai wrote it
  -- taken out of the answer: its most confident item, which is claimed only where it did not abstain
  category      text,
  item          text,
  state         text,
  confidence    double precision,
  abstained     boolean NOT NULL,
  model         text NOT NULL,
  language      text NOT NULL,
  region        text NOT NULL,
  -- as media made it
  image_key     text NOT NULL,
  thumbnail_key text NOT NULL,
  image_sha256  text NOT NULL,
  width         integer NOT NULL,
  height        integer NOT NULL
);
CREATE INDEX media_photos ON media (tenant_id, created_ms DESC, media_id DESC) WHERE kind = 'photo';

-- Corrections. ``said`` is what was answered when the correction was made: a later run may answer something else.
CREATE TABLE photo_feedback (
  feedback_id      text PRIMARY KEY,
  media_id         text NOT NULL REFERENCES photo ON DELETE CASCADE,
  tenant_id        text NOT NULL,
  made_by          text NOT NULL,
  at_ms            bigint NOT NULL,
  correct_category text NOT NULL,
  correct_item     text,
  correct_state    text,
  note             text,
  said             jsonb NOT NULL
);
CREATE INDEX photo_feedback_media ON photo_feedback (media_id);
CREATE INDEX photo_feedback_newest ON photo_feedback (tenant_id, at_ms DESC, feedback_id DESC);

-- A row a call, from the events that tell of it; ``place`` counts the calls of one event. Rows are kept as long as
-- events are: one that came again after its row was removed would count again.
CREATE TABLE ai_spending (
  journal_id text NOT NULL,
  seq        bigint NOT NULL,
  place      integer NOT NULL,
  tenant_id  text NOT NULL,
  job_id     text NOT NULL,
  task_id    text NOT NULL,
  at_ms      bigint NOT NULL,
  use        text NOT NULL,
  model      text NOT NULL,
  tokens_in  bigint NOT NULL,
  tokens_out bigint NOT NULL,
  cost_usd   numeric,           -- null: no price is set for the model, or nothing was paid
  cached     boolean NOT NULL,
  PRIMARY KEY (journal_id, seq, place)
);
CREATE INDEX ai_spending_job ON ai_spending (job_id);
CREATE INDEX ai_spending_day ON ai_spending (tenant_id, at_ms);

-- What was paid on a day, kept with each new row of ai_spending: every turn asks for it.
CREATE TABLE ai_spent_day (
  tenant_id text NOT NULL,
  day       bigint NOT NULL,    -- since 1970, UTC
  spent_usd numeric NOT NULL,
  PRIMARY KEY (tenant_id, day)
);

-- Turns are of the database's clock, whichever process gives them out.
CREATE FUNCTION clock_ms() RETURNS numeric LANGUAGE sql VOLATILE AS $$
  SELECT extract(epoch FROM clock_timestamp())::numeric * 1000
$$;

-- Exact, because a minute is not a whole number of milliseconds times every limit.
CREATE TABLE api_turn (
  api     text PRIMARY KEY,
  last_ms numeric NOT NULL,            -- the last turn that was given out
  hold_ms numeric NOT NULL DEFAULT 0   -- no turn before this
);

-- Who is getting which answer. A row whose time is over means nothing.
CREATE TABLE answer_claim (
  tenant_id  text NOT NULL,
  answer_key text NOT NULL,
  holder     text NOT NULL,
  turn_ms    bigint NOT NULL,
  until_ms   bigint NOT NULL,
  PRIMARY KEY (tenant_id, answer_key)
);
CREATE INDEX answer_claim_until ON answer_claim (until_ms);

-- It waits to be tried again only because its turn comes later: nothing failed.
ALTER TABLE task_log ADD COLUMN deferred boolean NOT NULL DEFAULT false;
