"""Checks media files, extracts audio, makes posters and thumbnails."""
