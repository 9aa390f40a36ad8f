"""The words that the rules know. Plurals are left to words.stem."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Nouns for a kind of device; the generic ones mean all of the kind, a lamp is only some of the lights.
KIND_NOUNS = {
    **dict.fromkeys(("light", "lamp", "lighting", "bulb"), "light"),
    **dict.fromkeys(("cover", "blind", "curtain", "shade", "shutter", "drape"), "cover"),
    **dict.fromkeys(("fan", "ventilator"), "fan"),
    **dict.fromkeys(("switch", "plug", "socket", "outlet"), "switch"),
    **dict.fromkeys(("climate", "thermostat", "heating", "heater", "radiator"), "climate"),
    **dict.fromkeys(("lock",), "lock"),
    **dict.fromkeys(("scene",), "scene"),
    **dict.fromkeys(("speaker",), "media_player"),
}
KIND_PLURALS = {
    "light": "lights",
    "cover": "covers",
    "fan": "fans",
    "switch": "switches",
    "climate": "thermostats",
    "lock": "locks",
    "scene": "scenes",
    "media_player": "media players",
}
GENERIC = words("light lighting cover fan switch lock scene climate")

ALL = words("all every both everything any whole entire")
EVERYWHERE = words("house home everywhere")
PRONOUNS = words("it them that those these")
STOP = words(
    "the a an in on at of my our your to for with please inside up down is are it that this there some now again just "
    "back and room device thing by from level brightness color colour position speed mode way me us one which what lit "
    "currently right still them those these be"
)

COLORS = words(
    "red green blue yellow orange purple pink white cyan magenta violet turquoise teal lime indigo gold coral crimson "
    "salmon lavender maroon navy olive amber"
)
SHADES = words("light dark")
# How warm the white of that name is, in kelvin.
WHITES = {
    "candlelight": 2000,
    "warm white": 2700,
    "soft white": 3000,
    "neutral white": 4000,
    "cool white": 5000,
    "cold white": 6500,
    "daylight": 6500,
}
MODES = {
    **dict.fromkeys(("heat", "heating"), "heat"),
    **dict.fromkeys(("cool", "cooling"), "cool"),
    **dict.fromkeys(("auto", "automatic"), "auto"),
    "dry": "dry",
    "off": "off",
    "fan only": "fan_only",
    "heat cool": "heat_cool",
}
SHARES = {
    **dict.fromkeys(("half", "halfway"), 50.0),
    **dict.fromkeys(("full", "fully", "maximum", "max", "brightest"), 100.0),
    **dict.fromkeys(("minimum", "min", "dimmest"), 1.0),
}
UNITS = {
    **dict.fromkeys(("percent",), "percent"),
    **dict.fromkeys(("degrees", "degree", "celsius", "c"), "degrees"),
    **dict.fromkeys(("kelvin", "kelvins"), "kelvin"),
}
INTRODUCING = words("to at of by in")
CLIMATE_WORDS = words("temperature heat mode setpoint warmth target")

POLITE = (
    "could you please",
    "can you please",
    "would you please",
    "would you mind",
    "i want you to",
    "i would like you to",
    "id like you to",
    "would you",
    "could you",
    "can you",
    "will you",
    "hey parlor",
    "thank you",
    "go ahead",
    *sorted(words("please kindly hey hello ok okay thanks lets also now quickly")),
)
PARTICLES = {"on": "on", "off": "off", "up": "raise", "down": "lower"}
SEPARABLE = words("turn switch put power flip shut bring roll pull leave")
VERBS = {
    **dict.fromkeys(
        ["turn", "switch", "put", "power", "set", "change", "make", "adjust", "bring", "give", "move", "leave"], "set"
    ),
    "dim": "dim",
    "brighten": "brighten",
    **dict.fromkeys(("lower", "decrease", "reduce"), "lower"),
    **dict.fromkeys(("raise", "increase"), "raise"),
    "open": "open",
    **dict.fromkeys(("close", "shut"), "close"),
    **dict.fromkeys(("stop", "halt"), "stop"),
    "lock": "lock",
    "unlock": "unlock",
    **dict.fromkeys(("activate", "enable", "start", "run"), "on"),
    **dict.fromkeys(("deactivate", "disable", "kill", "extinguish"), "off"),
}
# "make it warmer": the verb that is meant, and what about.
COMPARED = {
    **dict.fromkeys(("warmer", "hotter"), ("raise", "temperature")),
    **dict.fromkeys(("cooler", "colder"), ("lower", "temperature")),
    "brighter": ("brighten", "brightness"),
    **dict.fromkeys(("darker", "dimmer"), ("dim", "brightness")),
}
JOINTS = words("and then but , ;")

QUESTION_STARTS = words("what which is are how do does was were when where who did has have tell any why")
QUALITIES = {
    **dict.fromkeys(("on", "running", "lit"), "on"),
    "off": "off",
    **dict.fromkeys(("open", "opened"), "open"),
    **dict.fromkeys(("closed", "shut"), "closed"),
    "locked": "locked",
    "unlocked": "unlocked",
}
OPPOSITES = {
    "on": "off",
    "off": "on",
    "open": "closed",
    "closed": "open",
    "locked": "unlocked",
    "unlocked": "locked",
}
MEASURES = {
    **dict.fromkeys(("temperature", "warm", "hot", "cold", "cool", "degree"), "temperature"),
    **dict.fromkeys(("humidity", "humid", "damp"), "humidity"),
    "power": "power",
}
OUTSIDE = words("outside outdoors outdoor")
CLASSES = {"window": "window", "door": "door", "motion": "motion"}
SETTINGS = words("set setpoint target")
FILLERS = words("i need state status doing much many if whether know bright dim")
