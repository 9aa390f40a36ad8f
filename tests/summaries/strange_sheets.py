"""Two more homes, their facts worded as the collecting code words them, for summaries that strangers wrote."""

from datetime import datetime
from zoneinfo import ZoneInfo

from custom_components.parlor.summaries.sheet import Direction, Fact, FactSheet, Figure, Section


def _july(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a month; the 10th is a Friday."""
    return datetime(2026, 7, day, hour, minute, tzinfo=ZoneInfo("America/New_York"))


def _january(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a month; the 14th is a Wednesday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZoneInfo("Europe/London"))


ROUND_UP = FactSheet(
    _july(9, 18),
    _july(10, 18),
    "en",
    (
        Section(
            "open",
            (
                Fact(
                    "The patio door is open, since 16:20.",
                    ("Patio door",),
                    times=(_july(10, 16, 20),),
                    states=("open",),
                ),
                Fact(
                    "The skylight in the attic is open, since yesterday at 21:05.",
                    ("Skylight", "Attic"),
                    times=(_july(9, 21, 5),),
                    states=("open",),
                ),
            ),
        ),
        Section(
            "on",
            (
                Fact(
                    "The office fan is on, since 09:15.",
                    ("Office fan", "Office"),
                    times=(_july(10, 9, 15),),
                    states=("on",),
                ),
                Fact("The porch light is on.", ("Porch light",), states=("on",)),
            ),
        ),
        Section(
            "presence",
            (
                Fact(
                    "Sarah left at 08:10 and came home at 17:35.",
                    ("Sarah",),
                    times=(_july(10, 8, 10), _july(10, 17, 35)),
                    states=("left", "came home"),
                ),
                Fact("Tom is away now.", ("Tom",), states=("away",)),
                Fact("Grandma is at the Library now.", ("Grandma", "Library"), states=("at",)),
            ),
        ),
        Section(
            "changes",
            (
                Fact(
                    "The front door was opened 11 times, open for 14 minutes in all, last at 17:36.",
                    ("Front door",),
                    (Figure(11), Figure(14, "min")),
                    (_july(10, 17, 36),),
                    ("open",),
                ),
                Fact(
                    "The dishwasher was running for 1 hour 52 minutes, from 12:03 to 13:55.",
                    ("Dishwasher",),
                    (Figure(112, "min"),),
                    (_july(10, 12, 3), _july(10, 13, 55)),
                    ("running",),
                ),
                Fact(
                    "The vacuum: cleaning at 10:00, on its way back at 10:48, docked at 10:51.",
                    ("Vacuum",),
                    (),
                    (_july(10, 10), _july(10, 10, 48), _july(10, 10, 51)),
                    ("cleaning", "on its way back", "docked"),
                ),
                Fact(
                    "The living room TV was playing twice, from 07:02 to 07:40 and from 16:30 to 17:58.",
                    ("Living room TV", "Living room"),
                    (Figure(2), Figure(126, "min")),
                    (_july(10, 7, 2), _july(10, 7, 40), _july(10, 16, 30), _july(10, 17, 58)),
                    ("playing",),
                ),
            ),
        ),
        Section(
            "numbers",
            (
                Fact(
                    "Nursery temperature: 70.2 °F to 74.8 °F, 72.5 °F on average, 73.9 °F at the end.",
                    ("Nursery temperature", "Nursery"),
                    (Figure(70.2, "°F"), Figure(74.8, "°F"), Figure(72.5, "°F"), Figure(73.9, "°F")),
                ),
                Fact(
                    "Basement humidity: 58% to 66%, 61% on average, unusually high, "
                    "in the weeks before it was 52% on average.",
                    ("Basement humidity", "Basement"),
                    (Figure(58, "%"), Figure(66, "%"), Figure(61, "%"), Figure(52, "%")),
                    direction=Direction.UP,
                ),
                Fact(
                    "Pool temperature: up by 3.5 °F.",
                    ("Pool temperature",),
                    (Figure(3.5, "°F"),),
                    direction=Direction.UP,
                ),
            ),
        ),
        Section(
            "energy",
            (
                Fact(
                    "From the grid: 23.4 kWh, more than the 18.9 kWh that are usual on a Friday.",
                    ("From the grid",),
                    (Figure(23.4, "kWh"), Figure(18.9, "kWh")),
                    direction=Direction.UP,
                ),
                Fact("From the sun: 31 kWh.", ("From the sun",), (Figure(31, "kWh"),)),
            ),
        ),
        Section(
            "weather",
            (
                Fact(
                    "Outside it is sunny: 88 °F, 45% humidity, wind at 7 mph.",
                    ("Outside",),
                    (Figure(88, "°F"), Figure(45, "%"), Figure(7, "mph")),
                    states=("sunny",),
                ),
                Fact(
                    "Tomorrow: rainy, 66 °F to 79 °F, 70% chance of rain.",
                    ("Tomorrow",),
                    (Figure(66, "°F"), Figure(79, "°F"), Figure(70, "%")),
                    (_july(11, 0),),
                    ("rainy",),
                ),
            ),
        ),
        Section(
            "calendar",
            (
                Fact(
                    "Piano lesson, tomorrow at 10:00, at Mrs. Keller's (Kids).",
                    ("Piano lesson", "Mrs. Keller's", "Kids"),
                    times=(_july(11, 10),),
                    from_outside=True,
                ),
                Fact(
                    "Garbage pickup, Monday, all day (Home).",
                    ("Garbage pickup", "Home"),
                    times=(_july(13, 0),),
                    from_outside=True,
                ),
            ),
        ),
        Section(
            "to_do",
            (
                Fact(
                    "Groceries: 3 open items, eggs, olive oil, coffee.",
                    ("Groceries", "eggs", "olive oil", "coffee"),
                    (Figure(3),),
                    from_outside=True,
                ),
                Fact(
                    "Chores: change the furnace filter, was due on Wednesday.",
                    ("Chores", "change the furnace filter"),
                    times=(_july(8, 0),),
                    from_outside=True,
                ),
            ),
        ),
        Section("batteries", (Fact("The mailbox sensor is at 9%.", ("Mailbox sensor",), (Figure(9, "%"),)),)),
        Section(
            "unavailable",
            (
                Fact(
                    "The sprinkler has not been responding since Tuesday at 03:40.",
                    ("Sprinkler",),
                    times=(_july(7, 3, 40),),
                ),
            ),
        ),
        Section(
            "updates", (Fact("The thermostat firmware can be updated from 4.1.0 to 4.2.1.", ("Thermostat firmware",)),)
        ),
    ),
    (),
)


NIGHT = FactSheet(
    _january(13, 22),
    _january(14, 6, 30),
    "en",
    (
        Section(
            "open",
            (
                Fact(
                    "The bedroom window is open, since yesterday at 22:40.",
                    ("Bedroom window",),
                    times=(_january(13, 22, 40),),
                    states=("open",),
                ),
            ),
        ),
        Section(
            "on",
            (
                Fact(
                    "The landing light is on, since yesterday at 23:10.",
                    ("Landing light",),
                    times=(_january(13, 23, 10),),
                    states=("on",),
                ),
                Fact(
                    "The towel rail is heating with a boost, set to 45 °C.",
                    ("Towel rail",),
                    (Figure(45, "°C"),),
                    states=("heating",),
                ),
            ),
        ),
        Section(
            "presence",
            (
                Fact("Priya is home now.", ("Priya",), states=("home",)),
                Fact(
                    "Oliver left 3 times and last came home at 00:25.",
                    ("Oliver",),
                    (Figure(3),),
                    (_january(14, 0, 25),),
                    ("left", "came home"),
                ),
            ),
        ),
        Section(
            "changes",
            (
                Fact(
                    "The smoke alarm: triggered for 40 seconds, from 02:11 to 02:12.",
                    ("Smoke alarm",),
                    (Figure(40, "s"),),
                    (_january(14, 2, 11), _january(14, 2, 12)),
                    ("triggered",),
                ),
                Fact(
                    "The back door was unlocked twice, from 22:05 to 22:20 and from 00:24 to 00:26.",
                    ("Back door",),
                    (Figure(2), Figure(17, "min")),
                    (_january(13, 22, 5), _january(13, 22, 20), _january(14, 0, 24), _january(14, 0, 26)),
                    ("unlocked",),
                ),
                Fact(
                    "The hall motion sensor was on 9 times, 21 minutes in all, last at 06:02.",
                    ("Hall motion sensor",),
                    (Figure(9), Figure(21, "min")),
                    (_january(14, 6, 2),),
                    ("on",),
                ),
                Fact(
                    "The boiler was running until 23:00.", ("Boiler",), times=(_january(13, 23),), states=("running",)
                ),
                Fact("The doorbell was used once, at 22:31.", ("Doorbell",), (Figure(1),), (_january(13, 22, 31),)),
                Fact(
                    "The heat pump changed 6 times, last to defrosting at 05:48.",
                    ("Heat pump",),
                    (Figure(6),),
                    (_january(14, 5, 48),),
                    ("defrosting",),
                ),
            ),
        ),
        Section(
            "numbers",
            (
                Fact(
                    "Outdoor temperature: -3.1 °C to 0.4 °C, -1.8 °C on average, unusually low, "
                    "on average it is 4.2 °C on a Wednesday.",
                    ("Outdoor temperature",),
                    (Figure(-3.1, "°C"), Figure(0.4, "°C"), Figure(-1.8, "°C"), Figure(4.2, "°C")),
                    direction=Direction.DOWN,
                ),
                Fact(
                    "Study CO2: 480 ppm to 1210 ppm, 690 ppm on average.",
                    ("Study CO2", "Study"),
                    (Figure(480, "ppm"), Figure(1210, "ppm"), Figure(690, "ppm")),
                ),
                Fact(
                    "Fridge temperature: 4.5 °C all the time.", ("Fridge temperature", "Fridge"), (Figure(4.5, "°C"),)
                ),
            ),
        ),
        Section(
            "weather",
            (
                Fact(
                    "Outside it is snowy: -2 °C, 91% humidity, wind at 22 km/h.",
                    ("Outside",),
                    (Figure(-2, "°C"), Figure(91, "%"), Figure(22, "km/h")),
                    states=("snowy",),
                ),
                Fact(
                    "Today: snowy, -4 °C to 1 °C, 60% chance of rain.",
                    ("Today",),
                    (Figure(-4, "°C"), Figure(1, "°C"), Figure(60, "%")),
                    (_january(14, 0),),
                    ("snowy",),
                ),
                Fact(
                    "Tomorrow: partly cloudy, 0 °C to 5 °C.",
                    ("Tomorrow",),
                    (Figure(0, "°C"), Figure(5, "°C")),
                    (_january(15, 0),),
                    ("partly cloudy",),
                ),
            ),
        ),
        Section(
            "calendar",
            (
                Fact(
                    "Car service, today from 08:30 to 10:00, at Ashford Garage (Family).",
                    ("Car service", "Ashford Garage", "Family"),
                    times=(_january(14, 8, 30), _january(14, 10)),
                    from_outside=True,
                ),
                Fact(
                    "Half term, Monday to Friday, all day (School).",
                    ("Half term", "School"),
                    times=(_january(19, 0), _january(23, 0)),
                    from_outside=True,
                ),
            ),
        ),
        Section(
            "to_do",
            (
                Fact(
                    "Reminders: post the parcel, due today.",
                    ("Reminders", "post the parcel"),
                    times=(_january(14, 0),),
                    from_outside=True,
                ),
                Fact(
                    "Shopping: 5 open items, oats, tea, tomatoes, salt, light bulbs.",
                    ("Shopping", "oats", "tea", "tomatoes", "salt", "light bulbs"),
                    (Figure(5),),
                    from_outside=True,
                ),
            ),
        ),
        Section(
            "energy",
            (
                Fact(
                    "From the grid: 11.6 kWh, about the 11.9 kWh that are usual on a Wednesday.",
                    ("From the grid",),
                    (Figure(11.6, "kWh"), Figure(11.9, "kWh")),
                ),
                Fact(
                    "Gas: 3.2 m³, less than the 4.8 m³ that are usual on a Wednesday.",
                    ("Gas",),
                    (Figure(3.2, "m³"), Figure(4.8, "m³")),
                    direction=Direction.DOWN,
                ),
            ),
        ),
        Section(
            "batteries",
            (
                Fact("The door lock is low.", ("Door lock",), states=("low",)),
                Fact("The garden gate sensor is at 4%.", ("Garden gate sensor",), (Figure(4, "%"),)),
            ),
        ),
        Section("unavailable", (Fact("The garage freezer is not responding.", ("Garage freezer",)),)),
    ),
    (),
)
