"""What the policy means: rulebook -> plan -> evaluation in durable_rules -> assessment with trail.

This package opens no file format but the YAML of rulebooks, and knows nothing of how people meet the result.
"""
