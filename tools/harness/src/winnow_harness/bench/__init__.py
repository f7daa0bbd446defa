"""``winnow bench``: figures beside those of the stock library, on the same machine with the same load and faults."""
