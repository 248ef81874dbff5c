"""The Plan as columns: every indicator of every unit of a population decided and scored in one query, exactly.

The Plan is translated into SQL syntax trees over integers (scaled numerators and denominators, never a float), which an
embedded column store, a cluster or a database executes. What a column cannot say is said before anything runs.
"""
