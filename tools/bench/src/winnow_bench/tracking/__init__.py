"""``winnow bench tracking``: what it costs to tell index of each task, of its end alone, and of nothing."""
