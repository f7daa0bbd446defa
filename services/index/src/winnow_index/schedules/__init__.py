"""Work that the whole fleet does at set times, once however many index workers run: what, when, and every run of it.

May use ``history``, ``control``, ``store`` and ``usage``."""
