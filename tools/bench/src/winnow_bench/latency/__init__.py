"""``winnow bench latency``: from enqueue to a task's start on an idle stack, beside stock Dramatiq."""
