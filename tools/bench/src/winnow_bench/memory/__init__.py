"""``winnow bench memory``: what one worker process holds while it drains a queue, beside stock Dramatiq."""
