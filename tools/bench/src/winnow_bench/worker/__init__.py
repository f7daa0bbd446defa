"""``winnow bench worker``: one Winnow worker process beside one stock Dramatiq worker process."""
