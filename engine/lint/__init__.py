"""What a reviewer would catch in a rulebook that loads: findings with place, explanation and suggested edit.

Everything here reasons over what facts can be, exactly and without sampling. What cannot be bounded gives no finding.
"""
