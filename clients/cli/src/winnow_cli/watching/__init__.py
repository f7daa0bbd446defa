"""Watches a folder: sends each new file of it once that has come to rest."""
