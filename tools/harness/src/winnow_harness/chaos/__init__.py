"""``winnow chaos``: real faults under real load, and a ledger that says what became of every accepted job."""
