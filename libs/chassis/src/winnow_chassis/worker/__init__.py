"""A worker process: takes deliveries, runs actors, retries, isolates, and stops consuming when a dependency is down.

This room is at the top and may use all others.
"""
