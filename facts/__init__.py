"""What is known about a subject, and from where: facts, their values, units and provenance.

This package knows nothing of rules or scores.
"""
