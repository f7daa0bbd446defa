"""``winnow bench growth``: many finished jobs through one journal with a small cap."""
