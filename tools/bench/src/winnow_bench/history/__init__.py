"""``winnow bench history``: how fast operators' reads are over millions of tasks."""
