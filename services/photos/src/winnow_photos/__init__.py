"""Photos of waste: sent, answered and corrected, and the rules of disposal; the gateway serves them."""
