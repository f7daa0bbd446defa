"""Uploads in parts: declared first, sent part by part to the store, and completed into a job."""
