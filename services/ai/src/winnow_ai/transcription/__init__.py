"""From a recording's audio to its transcript: chunks, one session a task, times, joining.

May use ``llm`` and ``admission``; knows nothing of passages or photos."""
