"""Photos in the demo: what is drawn for it, and how well they were sorted."""
