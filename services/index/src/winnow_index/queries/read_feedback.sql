-- The newest of each photo: a page that shows photos shows no more.
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY media_id ORDER BY at_ms DESC, feedback_id DESC) AS place
  FROM photo_feedback WHERE media_id = ANY (%(media_ids)s)
) AS feedback
WHERE place <= 20 ORDER BY media_id, place
