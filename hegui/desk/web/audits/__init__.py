"""The auditor's pages of published reports: what a report claims, what of it holds, beside its text."""
