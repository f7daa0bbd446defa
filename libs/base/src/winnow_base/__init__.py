"""What every program stands on: environment, logs, metrics, threads, HTTP, the object store."""
