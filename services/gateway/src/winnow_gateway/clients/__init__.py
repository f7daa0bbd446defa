"""Clients of index and ai, and messages to the nodes. Every call to another service is here."""
