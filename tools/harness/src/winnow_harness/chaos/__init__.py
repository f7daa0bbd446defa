"""``winnow chaos``: real faults under real load, and a ledger of what happened to every accepted job."""
