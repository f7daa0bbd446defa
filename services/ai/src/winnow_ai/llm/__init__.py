"""Calls to OpenAI-compatible endpoints: client, errors, cached responses, rate limits,
one request from question to checked answer.

May use ``admission``; knows nothing of recordings, photos or rules."""
