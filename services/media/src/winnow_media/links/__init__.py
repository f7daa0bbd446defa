"""Fetches what links lead to: the only requests of this service whose target a stranger chooses."""
