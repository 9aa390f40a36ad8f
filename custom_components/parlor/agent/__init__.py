"""From words to deeds and a true reply: one conversation turn, and what a conversation keeps between turns."""
