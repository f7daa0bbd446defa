"""The plumbing every Winnow service needs: settings, logs, metrics, broker, worker, object store, health."""
