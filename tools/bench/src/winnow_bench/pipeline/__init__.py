"""``winnow bench pipeline``: short recordings through the whole stack, beside a script that does the same work."""
