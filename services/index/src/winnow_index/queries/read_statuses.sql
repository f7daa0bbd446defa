-- ``applied`` counts rows that no decision reads: it would tell of a result applied twice in a run.
SELECT job_id, status, run, stored_times, finished_ms, coalesce(
    (SELECT jsonb_object_agg(applied.run, times)
     FROM (SELECT run, count(*) AS times FROM applied_result WHERE applied_result.job_id = job.job_id GROUP BY run)
          AS applied),
    '{}') AS applied
FROM job WHERE job_id = ANY (%(job_ids)s)
