"""The ai service: transcribes recordings, cuts and embeds passages, classifies photos and gives disposal guidance."""
