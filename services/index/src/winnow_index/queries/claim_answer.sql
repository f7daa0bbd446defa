-- A row where the answer is the holder's to get: nobody's, its own already, or one whose time is over by now. The row
-- stays locked in any case; its times are set with the turn.
INSERT INTO answer_claim AS claim (tenant_id, answer_key, holder, turn_ms, until_ms)
VALUES (%(tenant_id)s, %(answer_key)s, %(holder)s, 0, 0)
ON CONFLICT (tenant_id, answer_key) DO UPDATE SET holder = excluded.holder, turn_ms = 0, until_ms = 0
WHERE claim.holder = excluded.holder OR claim.until_ms <= clock_ms() OR EXISTS (
  -- Its holder will never call: the task has ended, or its job has while it waited for its turn.
  SELECT FROM task_log JOIN job USING (job_id)
  WHERE task_id = claim.holder
    AND (state IN ('completed', 'cancelled', 'dead') OR job.status IN ('done', 'failed', 'cancelled'))
)
RETURNING holder
