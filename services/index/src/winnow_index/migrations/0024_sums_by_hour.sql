-- Sums of what ended in whole hours, so that statistics of millions of tasks read a few rows (docs/decisions/0078).

-- The tasks that ended, as they are counted. Times have two digits (see two_digits). Cancelled tasks tell of no times, and
-- a clock that is behind makes no wait shorter than none.
CREATE VIEW ended_task AS
SELECT ended_ms, actor, tenant_id, state,
       CASE WHEN state = 'cancelled' THEN NULL WHEN started_ms < enqueued_ms THEN 0
            ELSE two_digits(started_ms - enqueued_ms) END AS wait_ms,
       CASE WHEN state <> 'cancelled' THEN two_digits(duration_ms) END AS run_ms
FROM task_log WHERE ended_ms IS NOT NULL;

-- The hours that are summed, and those that are to be: nothing is read of the sums of a stale one.
CREATE TABLE summed_hour (
  hour_ms bigint PRIMARY KEY,            -- when it begins
  stale   boolean NOT NULL DEFAULT true  -- not summed yet, or what ended in it has changed since
);

-- Of all tenants. A kind is a state, whose amounts are minutes of the hour, or wait or run, whose amounts are milliseconds.
CREATE TABLE task_hour (
  hour_ms bigint NOT NULL REFERENCES summed_hour ON DELETE CASCADE,
  actor   text NOT NULL,
  kind    text NOT NULL,
  amounts bigint[] NOT NULL,
  tasks   integer[] NOT NULL,  -- how many tasks each amount has
  PRIMARY KEY (hour_ms, actor, kind)
);

CREATE TABLE node_hour (
  hour_ms   bigint NOT NULL REFERENCES summed_hour ON DELETE CASCADE,
  node      text NOT NULL,
  completed integer NOT NULL,  -- attempts
  failed    integer NOT NULL,
  PRIMARY KEY (hour_ms, node)
);

-- What is left of a window without these hours, which lie in it.
CREATE FUNCTION rest_of_window(since_ms bigint, until_ms bigint, hours bigint[])
RETURNS TABLE (from_ms bigint, to_ms bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT * FROM (
    SELECT lag(edge + 3600000, 1, since_ms) OVER (ORDER BY edge), edge
    FROM (SELECT unnest(hours) UNION ALL SELECT until_ms) AS edges (edge)
  ) AS parts (from_ms, to_ms) WHERE from_ms < to_ms
$$;

-- Whoever changes what ended in a listed hour makes it stale, whatever statement and version does it. The lock is waited
-- for before the hours are looked at: list_hours holds it, so each change sees an hour that is listed, or ends before.
CREATE FUNCTION note_stale_hours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE hours bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    hours := ARRAY(SELECT DISTINCT ended_ms / 3600000 * 3600000 FROM fresh WHERE ended_ms IS NOT NULL);
  ELSIF TG_OP = 'DELETE' THEN
    hours := ARRAY(SELECT DISTINCT ended_ms / 3600000 * 3600000 FROM former WHERE ended_ms IS NOT NULL);
  ELSE
    hours := ARRAY(SELECT DISTINCT ended_ms / 3600000 * 3600000
                   FROM ((TABLE former EXCEPT TABLE fresh) UNION ALL (TABLE fresh EXCEPT TABLE former)) AS changed
                   WHERE ended_ms IS NOT NULL);
  END IF;
  IF cardinality(hours) > 0 THEN
    LOCK TABLE summed_hour IN ROW EXCLUSIVE MODE;
    WITH held AS (SELECT hour_ms FROM summed_hour WHERE hour_ms = ANY (hours) ORDER BY hour_ms FOR UPDATE)
    UPDATE summed_hour SET stale = true FROM held WHERE summed_hour.hour_ms = held.hour_ms;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER stale_hours_added AFTER INSERT ON task_log
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
CREATE TRIGGER stale_hours_changed AFTER UPDATE ON task_log
  REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
CREATE TRIGGER stale_hours_dropped AFTER DELETE ON task_log
  REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
CREATE TRIGGER stale_hours_added AFTER INSERT ON task_execution_history
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
CREATE TRIGGER stale_hours_changed AFTER UPDATE ON task_execution_history
  REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
CREATE TRIGGER stale_hours_dropped AFTER DELETE ON task_execution_history
  REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
