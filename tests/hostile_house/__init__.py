"""A house of two thousand things with the worst names that people and integrations could give."""
