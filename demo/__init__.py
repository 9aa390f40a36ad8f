"""The demo house, its tiny speech models and its stand-in for an Ollama server."""

import logging

# Home Assistant's cameras look for a library as soon as they are imported, and complain at length where it is not
# installed; nothing here takes pictures.
logging.getLogger("homeassistant.components.camera.img_util").setLevel(logging.CRITICAL)
