"""Cleaning of text as it really comes: every repair is recorded, and nothing that is doubtful is repaired."""
