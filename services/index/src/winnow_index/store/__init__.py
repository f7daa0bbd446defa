"""Writes results: recordings, photos, one accepted end a job, and the sweep of objects that nobody needs.

Entered by ``actors`` alone."""
