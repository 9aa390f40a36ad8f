"""The demo house, its tiny speech models and its stand-in for an Ollama server."""
