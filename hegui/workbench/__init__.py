"""The policy workbench: what a reviewer of code would catch in rules, for people who write rules and no code."""
