"""What the house is: exposed entities, their names and places, and how their states read."""

from .catalogue import catalogue_text
from .home import Home
from .model import Area, Floor, HomeEntity, clean_name
from .states import state_line, state_words

__all__ = ["Area", "Floor", "Home", "HomeEntity", "catalogue_text", "clean_name", "state_line", "state_words"]
