"""Local models behind an OpenAI-compatible endpoint, with no account: speech to text, embeddings, waste photos."""
