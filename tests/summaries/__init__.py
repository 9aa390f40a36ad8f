"""Fact sheets and summaries, with Home Assistant's own recorder."""
