"""``winnow bench accept``: how fast the gateway accepts jobs, beside a bare send of stock Dramatiq."""
