-- A feed whose look is under way.
SELECT * FROM feed WHERE feed_id = %(feed_id)s AND look = %(look)s AND looking FOR UPDATE
