"""Captions as files: reads WebVTT and SubRip that strangers send, and writes both."""
