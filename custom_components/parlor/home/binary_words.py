"""What on and off mean for a binary sensor, by its device class."""

from collections.abc import Mapping

# device class: (on, off)
BINARY_WORDS: Mapping[str, tuple[str, str]] = {
    "battery": ("low", "normal"),
    "battery_charging": ("charging", "not charging"),
    "carbon_monoxide": ("carbon monoxide detected", "clear"),
    "cold": ("cold", "normal"),
    "connectivity": ("connected", "disconnected"),
    "door": ("open", "closed"),
    "garage_door": ("open", "closed"),
    "gas": ("gas detected", "clear"),
    "heat": ("hot", "normal"),
    "light": ("light", "no light"),
    "lock": ("unlocked", "locked"),
    "moisture": ("wet", "dry"),
    "motion": ("motion", "no motion"),
    "moving": ("moving", "not moving"),
    "occupancy": ("occupied", "clear"),
    "opening": ("open", "closed"),
    "plug": ("plugged in", "unplugged"),
    "power": ("power", "no power"),
    "presence": ("home", "away"),
    "problem": ("problem", "ok"),
    "running": ("running", "not running"),
    "safety": ("unsafe", "safe"),
    "smoke": ("smoke detected", "clear"),
    "sound": ("sound", "no sound"),
    "tamper": ("tampering detected", "clear"),
    "update": ("update available", "up to date"),
    "vibration": ("vibration", "no vibration"),
    "window": ("open", "closed"),
}
