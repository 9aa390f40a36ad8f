"""Houses and sentences that were written down before the agent was tried on them."""
