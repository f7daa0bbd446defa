"""Stores results (recordings, photos, one accepted outcome per job) and removes objects that nothing names.

Only ``actors`` may enter."""
