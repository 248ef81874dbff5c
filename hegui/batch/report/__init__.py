"""What a population came to: report.html and report.xlsx, made of the tables a run has written."""
