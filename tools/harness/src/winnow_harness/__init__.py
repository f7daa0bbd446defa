"""Tests all of Winnow: fixtures with real servers, chaos runs. No code that serves users imports it."""
