"""The work of the desk, done in processes of its own: a crash, a hang or a flood ends in a sentence, never in a dead server."""
