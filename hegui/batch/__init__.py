"""`hegui batch`: a population of any size, scored by partitions that are written whole or not at all."""
