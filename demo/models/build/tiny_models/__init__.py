"""Make the demo's tiny recogniser and voice from nothing but a grammar and a formant synthesiser."""
