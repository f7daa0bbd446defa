"""What the gateway asks of index and ai, and what it tells the nodes.

Every call to another service is here."""
