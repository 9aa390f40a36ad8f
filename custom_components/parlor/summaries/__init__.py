"""Summaries that can be trusted: fact sheets collected by code, and text that is checked against them."""
