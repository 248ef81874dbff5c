"""What `benchmarks/population.py` is made of: the workload, its data, and every contender."""
