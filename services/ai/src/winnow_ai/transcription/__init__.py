"""Transcribes a recording: cuts its audio into chunks, runs one session per task, repairs times, joins the answers.

May use ``llm`` and ``admission``; knows nothing of passages or photos."""
