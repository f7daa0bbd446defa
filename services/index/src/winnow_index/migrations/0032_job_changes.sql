-- What changes with jobs, for those who follow an account's (docs/decisions/0092). Times are Unix milliseconds, UTC.
CREATE TABLE job_change (
  xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
  n         bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id text NOT NULL,
  job_id    text NOT NULL,
  media_id  text NOT NULL,
  run       integer NOT NULL,
  status    text NOT NULL,
  at_ms     bigint NOT NULL DEFAULT clock_ms(),
  PRIMARY KEY (tenant_id, xid, n)
);
CREATE INDEX job_change_at ON job_change (at_ms);

-- Whatever statement changes a job, and of whatever version, the change is noted in the same transaction.
CREATE FUNCTION note_job_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO job_change (tenant_id, job_id, media_id, run, status)
  VALUES (NEW.tenant_id, NEW.job_id, NEW.media_id, NEW.run, NEW.status);
  RETURN NULL;
END
$$;
-- Nobody follows drills, deliveries and looks at feeds: they are no account's.
CREATE TRIGGER job_began AFTER INSERT ON job FOR EACH ROW
  WHEN (NEW.tenant_id NOT IN ('drill', 'webhooks', 'feeds'))
  EXECUTE FUNCTION note_job_change();
CREATE TRIGGER job_changed AFTER UPDATE ON job FOR EACH ROW
  WHEN (NEW.tenant_id NOT IN ('drill', 'webhooks', 'feeds') AND (NEW.status, NEW.run) IS DISTINCT FROM (OLD.status, OLD.run))
  EXECUTE FUNCTION note_job_change();
