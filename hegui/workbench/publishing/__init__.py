"""`hegui docs`: a rulebook as the published 指标体系, in HTML, docx and xlsx."""
