"""Tables too large for memory, read into columns of integers by an embedded database; odd cells by the reader of all others."""
