"""``winnow bench tasks``: jobs of three empty tasks through the whole stack, beside stock Dramatiq."""
