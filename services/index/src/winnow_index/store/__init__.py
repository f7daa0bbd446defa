"""Stores results: recordings, photos, one accepted outcome per job.

Only ``actors`` may enter."""
