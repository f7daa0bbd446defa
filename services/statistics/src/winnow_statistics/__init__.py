"""What index's task history adds up to: activity, statistics, and the ledger of repeated runs."""
