UPDATE media SET tags = %(tags)s WHERE media_id = %(media_id)s AND version = 0
