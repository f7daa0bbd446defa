-- Accounts' webhooks, and what each is told (docs/decisions/0084). Times are Unix milliseconds, UTC.
CREATE TABLE webhook (
  webhook_id          text PRIMARY KEY,
  tenant_id           text NOT NULL,
  url                 text NOT NULL,
  types               text[] NOT NULL,  -- of events that it wants
  description         text NOT NULL,
  secret              text NOT NULL,    -- as it is: a hash could not sign
  old_secret          text,             -- signs beside it until old_secret_until_ms
  old_secret_until_ms bigint,
  created_ms          bigint NOT NULL,
  created_by          text NOT NULL,    -- a key's id
  disabled_because    text NOT NULL DEFAULT ''
);
CREATE INDEX webhook_tenant ON webhook (tenant_id);

-- One event for one webhook. Nothing refers to the webhook: whatever becomes of it meanwhile, a job's end must be stored.
CREATE TABLE webhook_delivery (
  delivery_id text PRIMARY KEY,
  webhook_id  text NOT NULL,
  type        text NOT NULL,
  media_id    text,                     -- what it is about, and the run that ended; null: a test
  job_id      text,
  job_run     integer,
  created_ms  bigint NOT NULL,
  run         integer NOT NULL DEFAULT 1,  -- rises whenever it is sent again from the first try on
  state       text NOT NULL DEFAULT 'noted'
              CHECK (state IN ('noted', 'pending', 'delivered', 'failed')),
  tries       integer NOT NULL DEFAULT 0,
  tried_ms    bigint,
  next_ms     bigint,
  status      integer,                  -- that the receiver answered last; null: none
  error       text NOT NULL DEFAULT '',
  ended_ms    bigint,
  UNIQUE (webhook_id, job_id, job_run, type)
);
CREATE INDEX webhook_delivery_noted ON webhook_delivery (created_ms) WHERE state = 'noted';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, created_ms DESC, delivery_id DESC);
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_ms) WHERE ended_ms IS NOT NULL;

-- Whatever statement ends a job, and of whatever version, its webhooks are noted in the same transaction.
CREATE FUNCTION note_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM webhook WHERE tenant_id = NEW.tenant_id) THEN
    RETURN NULL;
  END IF;
  INSERT INTO webhook_delivery (delivery_id, webhook_id, type, media_id, job_id, job_run, created_ms)
  SELECT 'dlv_' || gen_random_uuid(), webhook_id, event.type, NEW.media_id, NEW.job_id, NEW.run, clock_ms()
  FROM media
  CROSS JOIN LATERAL (SELECT CASE WHEN NEW.status = 'failed' THEN 'media.failed'
                                  WHEN media.kind = 'photo' THEN 'photo.classified'
                                  ELSE 'media.ready' END AS type) AS event
  JOIN webhook ON webhook.tenant_id = NEW.tenant_id AND event.type = ANY (types) AND disabled_because = ''
  WHERE media.media_id = NEW.media_id AND kind IN ('recording', 'photo')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER webhooks_of_ended_job AFTER UPDATE ON job FOR EACH ROW
  WHEN (NEW.status IN ('done', 'failed') AND (NEW.status, NEW.run) IS DISTINCT FROM (OLD.status, OLD.run))
  EXECUTE FUNCTION note_webhook_deliveries();
