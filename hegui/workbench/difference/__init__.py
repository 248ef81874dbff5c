"""What an edit of the rules means and does to a population: the command and the papers it writes."""
