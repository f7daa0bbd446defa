"""Transcribes, cuts passages, embeds."""
