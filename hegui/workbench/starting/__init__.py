"""`hegui new`: a rulebook from nothing, or from the table of indicators a department has."""
