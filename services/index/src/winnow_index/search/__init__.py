"""Search by meaning, words and exact text.

Reads what ``store`` wrote; writes nothing."""
