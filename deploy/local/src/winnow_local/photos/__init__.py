"""Photos in the demo: drawings for it, and the score of the answers."""
