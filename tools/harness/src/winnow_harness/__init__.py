"""What proves Winnow: fixtures with real servers, chaos, benches. Nothing that serves people imports it."""
