"""The operator's pages, below ``/ops``."""
