"""Transcribes, cuts passages, embeds; says what a photo shows and how it is thrown away."""
