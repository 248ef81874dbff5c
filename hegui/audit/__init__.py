"""The audit of a published self-evaluation: its claims held against its own figures, against facts and against rules."""
