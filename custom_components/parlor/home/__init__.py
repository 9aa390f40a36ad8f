"""What the house is: exposed entities, their names and places, and how their states read."""

from .binary_words import BINARY_WORDS
from .catalogue import Detail, catalogue_text, write_catalogue
from .colors import hue_distance, kelvin_of, name_of, rgb_of
from .home import Home
from .meters import mean_over_time, metered
from .model import Area, Floor, HomeEntity, clean_name
from .spoken_names import is_possessive, names_to_hear, spoken_name
from .states import fenced, figure, is_from_outside, kelvin, percent, state_line, state_words
from .survey import ASSISTANT

__all__ = [
    "ASSISTANT",
    "BINARY_WORDS",
    "Area",
    "Detail",
    "Floor",
    "Home",
    "HomeEntity",
    "catalogue_text",
    "clean_name",
    "fenced",
    "figure",
    "hue_distance",
    "is_from_outside",
    "is_possessive",
    "kelvin",
    "kelvin_of",
    "mean_over_time",
    "metered",
    "name_of",
    "names_to_hear",
    "percent",
    "rgb_of",
    "spoken_name",
    "state_line",
    "state_words",
    "write_catalogue",
]
