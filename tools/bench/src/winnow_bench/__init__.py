"""Measures Winnow beside the stock library, other job systems and bare tools. No code that serves users imports it."""
