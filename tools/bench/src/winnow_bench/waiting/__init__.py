"""``winnow bench waiting``: short requests of a gateway alone, and beside a crowd of clients that wait."""
