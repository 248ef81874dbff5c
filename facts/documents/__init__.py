"""Readers of the files departments hand in: each turns one format into a Document of paragraphs and tables with places."""
