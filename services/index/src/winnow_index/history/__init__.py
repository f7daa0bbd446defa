"""Stores the journals' events and serves the read models made of them: jobs, tasks, media, photos, dead tasks.

May use ``control`` and ``usage`` for estimates and costs."""
