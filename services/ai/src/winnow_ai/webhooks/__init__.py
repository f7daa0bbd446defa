"""Deliveries to the addresses that accounts name, the only calls of Winnow that strangers choose the target of."""
