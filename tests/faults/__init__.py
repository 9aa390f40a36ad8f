"""The fault drill: what servers and networks do wrong, at each stage of a turn."""
