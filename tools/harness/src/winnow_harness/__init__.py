"""Tests all of Winnow: fixtures with real servers, chaos runs, benchmarks. No code that serves users imports it."""
