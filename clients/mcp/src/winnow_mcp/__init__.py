"""Serves assistants by the Model Context Protocol."""
