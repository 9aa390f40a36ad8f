"""Summaries: what is collected, what is written of it, and what of that is borne out."""
