"""Calls to OpenAI-compatible endpoints: client, errors, response cache, rate limits, and checked LLM requests.

May use ``admission``; knows nothing of recordings, photos or rules."""
