"""Local models behind an OpenAI-compatible endpoint: speech to text and embeddings, with no account and no network."""
