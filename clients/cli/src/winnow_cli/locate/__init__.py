"""Finds a job: combines what index, the lanes and the journals know of it."""
