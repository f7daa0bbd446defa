"""What ``winnow doctor`` looks at, one place a module: parts, journals, broker, database, stuck jobs."""
