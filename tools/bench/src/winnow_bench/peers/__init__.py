"""``winnow bench peers``: the same empty tasks through other job systems, and what each loses with a killed worker."""
