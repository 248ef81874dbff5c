"""Populations: tables of units, scored as a whole, looked at from above and one by one."""
