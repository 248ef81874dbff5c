"""Pages: what a browser asks, who may ask it, and the answer as HTML. No rule is read and nothing is scored here."""
