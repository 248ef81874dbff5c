"""Trying rules out: what cases exercise, cases that exercise the rest, and rules altered to see whether a case notices."""
