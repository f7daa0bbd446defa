"""``winnow bench``: figures beside those of the stock library, from the same machine, load and faults."""
