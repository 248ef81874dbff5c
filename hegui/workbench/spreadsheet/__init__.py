"""`hegui xlsx`: a rulebook as the workbook policy staff edit, and back into the YAML without touching anything else."""
