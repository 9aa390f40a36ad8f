"""AI tasks in parts."""
