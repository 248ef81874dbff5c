"""The auditor's pages of cases: what was read, what is judged, the score and its trail, what if, the papers."""
