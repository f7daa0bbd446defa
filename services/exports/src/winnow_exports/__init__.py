"""Exports: all that is known of one recording or photo as a ZIP file."""
