"""What happened, from the journals' events, and the read models made of it: jobs, tasks, media, photos, dead tasks.

May use ``control`` and ``usage`` for estimates and costs."""
