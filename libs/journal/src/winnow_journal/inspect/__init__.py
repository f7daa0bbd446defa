"""Reads journals of other processes: views, verification, adoption. Nothing here runs in a worker."""
