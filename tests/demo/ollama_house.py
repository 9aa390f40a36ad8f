"""Houses as a prompt tells them, and the tools that are offered beside them."""

from typing import Any

HOUSE = """You are the voice of this house.

House:
Downstairs:
 Hallway:
  binary_sensor
   Front door
  climate
   Thermostat [heating]
  light
   Hallway light
  lock
   Front door lock
  sensor
   Outdoor temperature
 Kitchen:
  binary_sensor
   Kitchen window
  light
   Counter light [worktop light]
   Kitchen ceiling light (color_temp)
  sensor
   Kitchen humidity
   Kitchen temperature
  switch
   Coffee machine [coffee maker]
 Living Room:
  cover
   Living room curtains
  fan
   Living room fan
  light
   Living room lamp [floor lamp] (color)
  switch
   Television [TV]
Upstairs:
 Bedroom:
  binary_sensor
   Bedroom window
  cover
   Bedroom blinds
  light
   Bedroom ceiling light (color)
   Bedside lamp [night light] (color)
  sensor
   Bedroom temperature
 Office:
  cover
   Office blinds
  fan
   Office fan
  light
   Office ceiling light
   Office lamp [desk lamp] (color_temp)
  switch
   Printer
No area:
  scene
   Movie night
  todo
   Shopping list"""

STATES = """Front door: closed
Front door lock: locked
Hallway light: off
Outdoor temperature: 8 °C
Thermostat: heat, set to 20 °C, measures 19.5 °C
Coffee machine: off
Counter light: on, 40%
Kitchen ceiling light: on, 80%, 2700 K
Kitchen humidity: 45%
Kitchen temperature: 22 °C
Kitchen window: open
Living room curtains: open, 100%
Living room fan: off
Living room lamp: off
Television: off
Bedroom blinds: open, 100%
Bedroom ceiling light: off
Bedroom temperature: 21.5 °C
Bedroom window: closed
Bedside lamp: off
Office blinds: closed
Office ceiling light: off
Office fan: off
Office lamp: on, 100%
Printer: off
Movie night: not used yet"""

# Two lamps of one name, no floors, an umlaut, a name with "and" in it, a number in another.
CABIN = """Be brief.

House:
No floor:
 Loft [attic]:
  cover
   Skylight (window, only open, close)
  light
   Lamp (only on, off)
  switch
   Speaker 2
 Stübchen:
  climate
   Stove
  light
   Lamp (only on, off)
  sensor
   Humidity
  switch
   Washer and dryer"""

CABIN_STATES = """Loft / Lamp: on
Skylight: open
Speaker 2: off
Stübchen / Lamp: off
Washer and dryer: on
Stove: off, measures 15 °C
Humidity: 61.5%"""

type Tool = dict[str, Any]


def tool(name: str, **properties: object) -> Tool:
    """Return a tool in Ollama's form."""
    parameters = {"type": "object", "properties": properties, "required": ["targets"]}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


_NAMES = {"type": "array", "items": {"type": "string"}}
_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}

TOOLS = [
    tool("get_state", targets=_NAMES, kind=_TEXT),
    tool("set_climate", targets=_NAMES, temperature=_NUMBER, mode=_TEXT),
    tool("set_cover", targets=_NAMES, action=_TEXT, position=_NUMBER, kind=_TEXT),
    tool("set_light", targets=_NAMES, brightness=_NUMBER, color=_TEXT, color_temp=_TEXT),
    tool("turn_off", targets=_NAMES, kind=_TEXT),
    tool("turn_on", targets=_NAMES, kind=_TEXT),
]
MORE_TOOLS = [
    *TOOLS,
    tool("lock", targets=_NAMES, action=_TEXT),
    tool("set_fan", targets=_NAMES, speed=_NUMBER),
    tool("set_light", targets=_NAMES, brightness=_NUMBER, color_temp={"type": "integer"}),
]


def words_in_context(words: str, states: str = STATES, speaker: str | None = "Kitchen, Downstairs") -> str:
    """Return a user message: the context block, then the words."""
    place = f"Speaker: {speaker}\n" if speaker else ""
    return f"<context>\nTime: Sunday 22 November 2026, 14:05\n{place}{states}\n</context>\n{words}"


def messages(words: str, **context: Any) -> list[dict[str, Any]]:
    """Return the messages of a first turn in the house."""
    return [{"role": "system", "content": HOUSE}, {"role": "user", "content": words_in_context(words, **context)}]
