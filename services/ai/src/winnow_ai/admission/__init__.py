"""How calls of an AI endpoint are admitted: one line for all nodes, kept by index; nothing piles up at the endpoint."""
