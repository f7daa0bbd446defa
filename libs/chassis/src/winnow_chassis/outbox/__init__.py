"""The transactional outbox: a journal, and what carries its rows to the broker and to index.

May use ``broker`` and ``http``. It does not know actors.
"""
