"""``winnow bench fairness``: one tenant's single jobs beside thousands of another's."""
