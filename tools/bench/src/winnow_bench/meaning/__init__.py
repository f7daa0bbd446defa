"""``winnow bench meaning``: what search by meaning finds with each embedding model."""
