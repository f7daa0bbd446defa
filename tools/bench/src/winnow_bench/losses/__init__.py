"""``winnow bench losses``: what is lost and repeated when a worker or a store dies, with one place for a job or two."""
