"""Fixtures for tests of journals: a disk that loses power, and a journal's whole content as one value."""
