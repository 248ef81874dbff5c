"""What a report says, put as statements the checks rulebook can decide: each a handful of values with their places."""
