"""The checks of ``winnow doctor``, one module each: parts, journals, broker, database, stuck jobs."""
