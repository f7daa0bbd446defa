"""Cuts a transcript into passages and embeds them.

May use ``llm`` and ``admission``."""
