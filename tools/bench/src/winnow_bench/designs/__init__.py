"""``winnow bench designs``: acceptance and empty tasks, with a job in two places and by designs that keep one."""
