"""Looks at podcast feeds: fetches them as links are fetched, and reads them in the sandbox."""
