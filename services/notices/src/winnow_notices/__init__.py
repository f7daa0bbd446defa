"""Notices: how an account's programs are told of what happens, and the operations on that."""
