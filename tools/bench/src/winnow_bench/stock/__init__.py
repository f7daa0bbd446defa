"""``winnow bench stock``: stock Dramatiq under the faults of a chaos run."""
