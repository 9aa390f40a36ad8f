"""What Parlor costs, measured; see docs/prompt.md."""
