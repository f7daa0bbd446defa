SELECT served_result FROM media WHERE media_id = %(media_id)s
