-- A later run's answer takes the place of the one before, under which corrections hang.
INSERT INTO photo (media_id, tenant_id, answer, category, item, state, confidence, abstained, model, language, region,
                   image_key, thumbnail_key, image_sha256, width, height)
VALUES (%(media_id)s, %(tenant_id)s, %(answer)s, %(category)s, %(item)s, %(state)s, %(confidence)s, %(abstained)s,
        %(model)s, %(language)s, %(region)s, %(image_key)s, %(thumbnail_key)s, %(image_sha256)s, %(width)s, %(height)s)
ON CONFLICT (media_id) DO UPDATE SET
  answer = excluded.answer, category = excluded.category, item = excluded.item, state = excluded.state,
  confidence = excluded.confidence, abstained = excluded.abstained, model = excluded.model,
  language = excluded.language, region = excluded.region, image_key = excluded.image_key,
  thumbnail_key = excluded.thumbnail_key, image_sha256 = excluded.image_sha256, width = excluded.width,
  height = excluded.height
