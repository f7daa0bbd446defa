UPDATE media SET title = coalesce(%(title)s, title), tags = coalesce(%(tags)s::text[], tags), version = version + 1
WHERE media_id = %(media_id)s AND version = %(version)s
