"""What a published self-evaluation says: its claims and figures, each with its place, found by patterns that are data."""
