"""Both sides on one broker: a Winnow worker process, a stock Dramatiq worker process, and the marks they leave."""
