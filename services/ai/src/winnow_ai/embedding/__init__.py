"""From a transcript to passages with vectors.

May use ``llm`` and ``admission``."""
