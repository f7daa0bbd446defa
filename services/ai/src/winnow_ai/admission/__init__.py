"""Admits calls to an AI endpoint. Index keeps one line for all nodes, so calls do not pile up at the endpoint."""
