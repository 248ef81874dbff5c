"""The pages of policy staff: writing rulebooks, trying them, publishing them."""
