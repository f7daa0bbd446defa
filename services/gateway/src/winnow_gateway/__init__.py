"""REST API and web app."""
