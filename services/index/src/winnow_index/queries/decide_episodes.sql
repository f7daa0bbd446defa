-- All that are listed and were not taken are decided on once more, as at a first look.
WITH decided AS (
  UPDATE feed_episode SET state = CASE WHEN key = ANY (%(wanted)s) THEN 'wanted' ELSE 'passed over' END
  WHERE feed_id = %(feed_id)s AND key = ANY (%(keys)s) AND state <> 'taken'
)
UPDATE feed SET decide_again = false WHERE feed_id = %(feed_id)s
