"""A worker process: takes deliveries, runs actors, retries, isolates, and stops consuming when a dependency is down.

The top room: may use all others."""
