"""Fact sheets of a made-up house, in the styles in which facts may be worded."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from custom_components.parlor.summaries.sheet import Direction, Fact, FactSheet, Figure, Section
from tests.summaries.sheets_abroad import sheet_abroad
from tests.summaries.strange_sheets import NIGHT, ROUND_UP

_ZONE = ZoneInfo("Europe/Berlin")
_UP, _DOWN = Direction.UP, Direction.DOWN


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of March 2026, whose 16th is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=_ZONE)


def _sheet(language: str, start: datetime, end: datetime, **sections: tuple[Fact, ...]) -> FactSheet:
    return FactSheet(
        start, end, language, tuple(Section(key, facts) for key, facts in sections.items()), tuple(sections)
    )


def _c(value: float) -> Figure:
    return Figure(value, "°C")


MORNING = _sheet(
    "en",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "The kitchen window is open since 06:40.",
            ("Kitchen window", "Kitchen"),
            times=(_at(16, 6, 40),),
            states=("open",),
        ),
        Fact("The garage door is closed.", ("Garage door", "Garage"), states=("closed",)),
        Fact(
            "The bathroom window was opened 3 times, last on Sunday at 22:15, and is closed now.",
            ("Bathroom window", "Bathroom"),
            (Figure(3),),
            (_at(15, 22, 15),),
            ("opened", "closed"),
        ),
    ),
    numbers=(
        Fact(
            "Bedroom temperature: average 18.6 °C, lowest 17.2 °C at 05:30, highest 20.1 °C at 21:10.",
            ("Bedroom temperature", "Bedroom"),
            (_c(18.6), _c(17.2), _c(20.1)),
            (_at(16, 5, 30), _at(15, 21, 10)),
        ),
        Fact(
            "Kitchen temperature: 21.3 °C on average, 1.4 °C warmer than on the last Sundays.",
            ("Kitchen temperature", "Kitchen"),
            (_c(21.3), _c(1.4)),
            direction=_UP,
        ),
        Fact(
            "Living room humidity: 48 %, down from 55 %.",
            ("Living room humidity", "Living room"),
            (Figure(48, "%"), Figure(55, "%")),
            direction=_DOWN,
        ),
    ),
    persons=(
        Fact(
            "Anna left home at 18:05 and came back at 22:40.",
            ("Anna",),
            times=(_at(15, 18, 5), _at(15, 22, 40)),
            states=("left", "came back"),
        ),
        Fact("Ben is away since Sunday 14:20.", ("Ben",), times=(_at(15, 14, 20),), states=("away",)),
        Fact("Mia is home.", ("Mia",), states=("home",)),
    ),
    calendar=(
        Fact(
            "Dentist, today 09:30 to 10:15 (Family).",
            ("Dentist", "Family"),
            times=(_at(16, 9, 30), _at(16, 10, 15)),
            from_outside=True,
        ),
        Fact(
            "Soccer practice, Tuesday 17:00 (Family).",
            ("Soccer practice", "Family"),
            times=(_at(17, 17),),
            from_outside=True,
        ),
    ),
    lists=(
        Fact(
            "Shopping list has 4 open items: milk, bread, apples, dishwasher tabs.",
            ("Shopping list", "milk", "bread", "apples", "dishwasher tabs"),
            (Figure(4),),
            from_outside=True,
        ),
    ),
    weather=(
        Fact(
            "Weather now: cloudy, 6.5 °C, wind 14 km/h.",
            ("Weather",),
            (_c(6.5), Figure(14, "km/h")),
            states=("cloudy",),
        ),
        Fact(
            "Forecast for today: rainy, 4 to 11 °C, 5.2 mm of rain, chance of rain 80 %.",
            ("Forecast",),
            (_c(4), _c(11), Figure(5.2, "mm"), Figure(80, "%")),
            (_at(16, 0),),
            ("rainy",),
        ),
        Fact("Forecast for tomorrow: sunny, 2 to 13 °C.", ("Forecast",), (_c(2), _c(13)), (_at(17, 0),), ("sunny",)),
    ),
    energy=(
        Fact(
            "12.4 kWh of electricity were used, 2.1 kWh less than the day before.",
            ("Electricity",),
            (Figure(12.4, "kWh"), Figure(2.1, "kWh")),
            direction=_DOWN,
        ),
        Fact("The solar panels produced 8.3 kWh.", ("Solar panels",), (Figure(8.3, "kWh"),)),
    ),
    devices=(
        Fact(
            "The battery of the hallway motion sensor is low: 8 %.",
            ("Hallway motion sensor", "Hallway"),
            (Figure(8, "%"),),
            states=("low",),
        ),
        Fact(
            "The garden camera is unavailable since 03:12.",
            ("Garden camera", "Garden"),
            times=(_at(16, 3, 12),),
            states=("unavailable",),
        ),
        Fact("An update is waiting for the Zigbee bridge: 2.4.1.", ("Zigbee bridge",), states=("update waiting",)),
    ),
    changed=(
        Fact(
            "The hallway light was on for 2 hours 30 minutes in all.",
            ("Hallway light", "Hallway"),
            (Figure(150, "min"),),
            states=("on",),
        ),
        Fact(
            "The TV was on for 3 hours 12 minutes and off since 23:48.",
            ("TV", "Living room"),
            (Figure(192, "min"),),
            (_at(15, 23, 48),),
            ("on", "off"),
        ),
    ),
)

EVENING = _sheet(
    "en",
    _at(18, 8),
    _at(18, 22),
    open=(
        Fact("Terrace door: open for 35 minutes.", ("Terrace door", "Terrace"), (Figure(35, "min"),), states=("open",)),
        Fact(
            "Office window: open since 16:50.", ("Office window", "Office"), times=(_at(18, 16, 50),), states=("open",)
        ),
        Fact("Cellar window: closed.", ("Cellar window", "Cellar"), states=("closed",)),
    ),
    lights=(
        Fact(
            "3 lights are on: Desk lamp, Hall light, Porch light.",
            ("Desk lamp", "Hall light", "Porch light"),
            (Figure(3),),
            states=("on",),
        ),
        Fact("The coffee machine is off.", ("Coffee machine", "Kitchen"), states=("off",)),
    ),
    locks=(
        Fact("The front door is locked since 21:05.", ("Front door",), times=(_at(18, 21, 5),), states=("locked",)),
        Fact("The back door is unlocked.", ("Back door",), states=("unlocked",)),
        Fact("The alarm is disarmed.", ("Alarm",), states=("disarmed",)),
    ),
    numbers=(
        Fact("The living room is at 22.8 °C, the target is 21 °C.", ("Living room", "Thermostat"), (_c(22.8), _c(21))),
        Fact("The nursery is at 19.9 °C.", ("Nursery",), (_c(19.9),)),
        Fact(
            "The CO2 in the office went up from 620 ppm to 1140 ppm.",
            ("Office CO2", "Office"),
            (Figure(620, "ppm"), Figure(1140, "ppm")),
            direction=_UP,
        ),
        Fact(
            "The washing machine ran twice and used 1.6 kWh.",
            ("Washing machine",),
            (Figure(2), Figure(1.6, "kWh")),
            states=("ran",),
        ),
    ),
    persons=(Fact("Everyone is home: Lena, Tom.", ("Lena", "Tom"), states=("home",)),),
    calendar=(
        Fact(
            "Parents' evening, tomorrow at 19:30, school.",
            ("Parents' evening", "school"),
            times=(_at(19, 19, 30),),
            from_outside=True,
        ),
    ),
    weather=(Fact("Tonight: clear, lowest -2 °C.", ("Weather",), (_c(-2),), (_at(18, 22),), ("clear",)),),
)

WEEK = _sheet(
    "en",
    _at(9, 0),
    _at(16, 0),
    energy=(
        Fact(
            "Energy used: 86.2 kWh, 9 % more than the week before (79.1 kWh).",
            ("Energy used",),
            (Figure(86.2, "kWh"), Figure(9, "%"), Figure(79.1, "kWh")),
            direction=_UP,
        ),
        Fact(
            "Solar: 41.7 kWh, 12 % less than the week before.",
            ("Solar",),
            (Figure(41.7, "kWh"), Figure(12, "%")),
            direction=_DOWN,
        ),
        Fact("The most was used on Saturday: 16.9 kWh.", ("Energy used",), (Figure(16.9, "kWh"),), (_at(14, 0),)),
        Fact("The least was used on Wednesday: 9.8 kWh.", ("Energy used",), (Figure(9.8, "kWh"),), (_at(11, 0),)),
        Fact("Heat pump: 38.5 kWh.", ("Heat pump",), (Figure(38.5, "kWh"),)),
        Fact("Dishwasher: 5.3 kWh in 6 runs.", ("Dishwasher",), (Figure(5.3, "kWh"), Figure(6))),
        Fact("Freezer: 4.9 kWh.", ("Freezer",), (Figure(4.9, "kWh"),)),
        Fact("Gas: 23 m³, cost 31.50 €.", ("Gas",), (Figure(23, "m³"), Figure(31.5, "€"))),
    ),
    devices=(
        Fact(
            "2 batteries are low: Bathroom thermostat 12 %, Mailbox sensor 5 %.",
            ("Bathroom thermostat", "Mailbox sensor"),
            (Figure(2), Figure(12, "%"), Figure(5, "%")),
            states=("low",),
        ),
    ),
)

AWAY = _sheet(
    "en",
    _at(20, 9),
    _at(20, 18),
    changed=(
        Fact(
            "Someone rang the doorbell at 11:17 and at 15:42.",
            ("Doorbell",),
            (Figure(2),),
            (_at(20, 11, 17), _at(20, 15, 42)),
            ("rang",),
        ),
        Fact("The mailbox was opened at 12:03.", ("Mailbox",), times=(_at(20, 12, 3),), states=("opened",)),
        Fact(
            "The robot vacuum Rosie cleaned the kitchen for 42 minutes.",
            ("Rosie", "Kitchen"),
            (Figure(42, "min"),),
            states=("cleaned",),
        ),
        Fact("No motion was seen in the garden.", ("Garden motion", "Garden"), states=("no motion",)),
        Fact(
            "The front door was unlocked by Clara at 13:25 and locked at 13:50.",
            ("Front door", "Clara"),
            times=(_at(20, 13, 25), _at(20, 13, 50)),
            states=("unlocked", "locked"),
        ),
    ),
    mails=(
        Fact(
            "Mail from Greta Olsen: the parcel arrives on Monday between 10 and 12.",
            ("Greta Olsen", "parcel"),
            times=(_at(23, 10), _at(23, 12)),
            from_outside=True,
        ),
        Fact(
            "Mail from City Library: your books are due on 27 March.",
            ("City Library", "books"),
            times=(_at(27, 0),),
            from_outside=True,
        ),
    ),
    cameras=(
        Fact(
            "Camera Driveway shows: a red car is parked in front of the garage.",
            ("Driveway", "garage"),
            from_outside=True,
        ),
    ),
)

HOUSE = _sheet(
    "en",
    _at(17, 7),
    _at(18, 7),
    weather=(
        Fact(
            "Outside it is partly cloudy, 3.4 °C, 81% humidity, wind at 22 km/h.",
            ("Home",),
            (_c(3.4), Figure(81, "%"), Figure(22, "km/h")),
            (),
            ("partly cloudy",),
        ),
        Fact(
            "Today: rainy, 2 °C to 9 °C, 65% chance of rain, 3.1 mm of rain.",
            ("Home",),
            (_c(2), _c(9), Figure(65, "%"), Figure(3.1, "mm")),
            (_at(18, 0),),
            ("rainy",),
        ),
        Fact("Tomorrow: snowy, -4 °C to 1 °C.", ("Home",), (_c(-4), _c(1)), (_at(19, 0),), ("snowy",)),
    ),
    calendar=(
        Fact(
            "Team meeting, today from 10:00 to 11:30, at Office (Work).",
            ("Team meeting", "Office", "Work"),
            times=(_at(18, 10), _at(18, 11, 30)),
            from_outside=True,
        ),
        Fact(
            "Bin collection, tomorrow, all day (House).",
            ("Bin collection", "House"),
            times=(_at(19, 0),),
            from_outside=True,
        ),
    ),
    to_do=(
        Fact(
            "Chores: Water the plants, was due yesterday.",
            ("Chores", "Water the plants"),
            times=(_at(17, 0),),
            from_outside=True,
        ),
        Fact(
            "Groceries: 3 open items, eggs, butter and coffee.",
            ("Groceries", "eggs", "butter", "coffee"),
            (Figure(3),),
            from_outside=True,
        ),
    ),
    presence=(
        Fact(
            "Julia left at 08:12 yesterday and came home at 17:48 yesterday.",
            ("Julia",),
            times=(_at(17, 8, 12), _at(17, 17, 48)),
            states=("left", "came home"),
        ),
        Fact("Mark is away now.", ("Mark",), states=("away",)),
    ),
    open=(
        Fact("The skylight is open, since 05:20.", ("Skylight", "Attic"), times=(_at(18, 5, 20),), states=("open",)),
        Fact("The shed door is unlocked.", ("Shed door", "Shed"), states=("unlocked",)),
    ),
    on=(
        Fact("The radio is playing, since 06:31.", ("Radio", "Kitchen"), times=(_at(18, 6, 31),), states=("playing",)),
        Fact("The ceiling light in the hallway is on.", ("Ceiling light", "Hallway"), states=("on",)),
    ),
    changes=(
        Fact(
            "The patio door was opened 4 times, open for 26 minutes in all, last at 21:40 yesterday.",
            ("Patio door", "Patio"),
            (Figure(4), Figure(26, "min")),
            (_at(17, 21, 40),),
            ("open",),
        ),
        Fact(
            "The oven was on for 1 hour 15 minutes, from 18:05 to 19:20 yesterday.",
            ("Oven", "Kitchen"),
            (Figure(75, "min"),),
            (_at(17, 18, 5), _at(17, 19, 20)),
            ("on",),
        ),
        Fact("The doorbell was used twice, last at 16:02 yesterday.", ("Doorbell",), (Figure(2),), (_at(17, 16, 2),)),
    ),
    numbers=(
        Fact(
            "The study temperature: 19.2 °C to 23.7 °C, 21.1 °C on average.",
            ("Study temperature", "Study"),
            (_c(19.2), _c(23.7), _c(21.1)),
        ),
        Fact(
            "The cellar humidity: 68% to 79%, 74% on average, unusually high, on average it is 61% on a Tuesday.",
            ("Cellar humidity", "Cellar"),
            (Figure(68, "%"), Figure(79, "%"), Figure(74, "%"), Figure(61, "%")),
            direction=_UP,
        ),
        Fact("The water meter: 214 L in this period.", ("Water meter",), (Figure(214, "L"),)),
    ),
    energy=(
        Fact(
            "Energy from the grid: 9.7 kWh, less than the 11.2 kWh that are usual on a Tuesday.",
            ("Energy from the grid",),
            (Figure(9.7, "kWh"), Figure(11.2, "kWh")),
            direction=_DOWN,
        ),
        Fact("Energy from the sun: 4.6 kWh.", ("Energy from the sun",), (Figure(4.6, "kWh"),)),
    ),
    batteries=(Fact("The remote battery is at 7%.", ("Remote battery", "Remote"), (Figure(7, "%"),), states=("low",)),),
    unavailable=(
        Fact(
            "The freezer sensor has not been responding since 23:15 yesterday.",
            ("Freezer sensor", "Freezer"),
            times=(_at(17, 23, 15),),
            states=("unavailable",),
        ),
    ),
    updates=(Fact("The router can be updated from 7.1 to 7.2.", ("Router",), states=("update available",)),),
)

MORGEN = _sheet(
    "de",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "Das Küchenfenster ist seit 06:40 Uhr offen.",
            ("Küchenfenster", "Küche"),
            times=(_at(16, 6, 40),),
            states=("offen",),
        ),
        Fact("Das Garagentor ist geschlossen.", ("Garagentor", "Garage"), states=("geschlossen",)),
    ),
    numbers=(
        Fact(
            "Schlafzimmer: im Schnitt 18,6 °C, am niedrigsten 17,2 °C, am höchsten 20,1 °C.",
            ("Schlafzimmer Temperatur", "Schlafzimmer"),
            (_c(18.6), _c(17.2), _c(20.1)),
        ),
        Fact(
            "Küche: im Schnitt 21,3 °C, 1,4 °C wärmer als an den letzten Sonntagen.",
            ("Küche",),
            (_c(21.3), _c(1.4)),
            direction=_UP,
        ),
    ),
    persons=(
        Fact(
            "Anna ging um 18:05 Uhr und kam um 22:40 Uhr zurück.",
            ("Anna",),
            times=(_at(15, 18, 5), _at(15, 22, 40)),
            states=("ging", "kam zurück"),
        ),
        Fact("Ben ist seit Sonntag 14:20 Uhr unterwegs.", ("Ben",), times=(_at(15, 14, 20),), states=("unterwegs",)),
    ),
    calendar=(
        Fact(
            "Zahnarzt, heute 09:30 bis 10:15 Uhr.",
            ("Zahnarzt",),
            times=(_at(16, 9, 30), _at(16, 10, 15)),
            from_outside=True,
        ),
    ),
    weather=(
        Fact(
            "Heute: regnerisch, 4 bis 11 °C, Regenwahrscheinlichkeit 80 %.",
            ("Wetter",),
            (_c(4), _c(11), Figure(80, "%")),
            (_at(16, 0),),
            ("regnerisch",),
        ),
    ),
    energy=(
        Fact(
            "Es wurden 12,4 kWh Strom verbraucht, 2,1 kWh weniger als am Tag davor.",
            ("Strom",),
            (Figure(12.4, "kWh"), Figure(2.1, "kWh")),
            direction=_DOWN,
        ),
    ),
    lights=(
        Fact(
            "Das Flurlicht war 2 Stunden 30 Minuten an.", ("Flurlicht", "Flur"), (Figure(150, "min"),), states=("an",)
        ),
    ),
)

MATIN = _sheet(
    "fr",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "La fenêtre de la cuisine est ouverte depuis 06:40.",
            ("Fenêtre de la cuisine", "Cuisine"),
            times=(_at(16, 6, 40),),
            states=("ouverte",),
        ),
        Fact("La porte du garage est fermée.", ("Porte du garage", "Garage"), states=("fermée",)),
    ),
    numbers=(
        Fact(
            "Chambre : 18,6 °C en moyenne, 1,4 °C de plus que la veille.",
            ("Chambre",),
            (_c(18.6), _c(1.4)),
            direction=_UP,
        ),
    ),
    persons=(Fact("Anna est rentrée à 22:40.", ("Anna",), times=(_at(15, 22, 40),), states=("rentrée",)),),
)

MANANA = _sheet(
    "es",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "La ventana de la cocina está abierta desde las 06:40.",
            ("Ventana de la cocina", "Cocina"),
            times=(_at(16, 6, 40),),
            states=("abierta",),
        ),
        Fact("La puerta del garaje está cerrada.", ("Puerta del garaje", "Garaje"), states=("cerrada",)),
    ),
    numbers=(
        Fact(
            "Dormitorio: 18,6 °C de media, 1,4 °C más que el día anterior.",
            ("Dormitorio",),
            (_c(18.6), _c(1.4)),
            direction=_UP,
        ),
    ),
    persons=(Fact("Anna llegó a casa a las 22:40.", ("Anna",), times=(_at(15, 22, 40),), states=("llegó",)),),
)

OCHTEND = _sheet(
    "nl",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "Het keukenraam staat open sinds 06:40.",
            ("Keukenraam", "Keuken"),
            times=(_at(16, 6, 40),),
            states=("open",),
        ),
        Fact("De garagedeur is dicht.", ("Garagedeur", "Garage"), states=("dicht",)),
    ),
    numbers=(
        Fact(
            "Slaapkamer: gemiddeld 18,6 °C, 1,4 °C warmer dan de dag ervoor.",
            ("Slaapkamer",),
            (_c(18.6), _c(1.4)),
            direction=_UP,
        ),
    ),
    persons=(Fact("Anna kwam om 22:40 thuis.", ("Anna",), times=(_at(15, 22, 40),), states=("thuis",)),),
)

MATTINA = _sheet(
    "it",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "La finestra della cucina è aperta dalle 06:40.",
            ("Finestra della cucina", "Cucina"),
            times=(_at(16, 6, 40),),
            states=("aperta",),
        ),
        Fact("La porta del garage è chiusa.", ("Porta del garage", "Garage"), states=("chiusa",)),
    ),
    numbers=(
        Fact(
            "Camera: 18,6 °C in media, 1,4 °C in più rispetto al giorno prima.",
            ("Camera",),
            (_c(18.6), _c(1.4)),
            direction=_UP,
        ),
    ),
    persons=(Fact("Anna è tornata alle 22:40.", ("Anna",), times=(_at(15, 22, 40),), states=("tornata",)),),
)

# Polish has no words of its own for the check: names, numbers and times are all that it looks at there.
RANO = _sheet(
    "pl",
    _at(15, 7),
    _at(16, 7),
    open=(
        Fact(
            "Okno w kuchni jest otwarte od 06:40.",
            ("Okno w kuchni", "Kuchnia"),
            times=(_at(16, 6, 40),),
            states=("otwarte",),
        ),
    ),
    numbers=(Fact("Sypialnia: średnio 18,6 °C.", ("Sypialnia",), (_c(18.6),)),),
    persons=(Fact("Anna wróciła o 22:40.", ("Anna",), times=(_at(15, 22, 40),), states=("wróciła",)),),
)

SHEETS: Mapping[str, FactSheet] = {
    "morning": MORNING,
    "evening": EVENING,
    "week": WEEK,
    "away": AWAY,
    "house": HOUSE,
    "morgen": MORGEN,
    "matin": MATIN,
    "manana": MANANA,
    "ochtend": OCHTEND,
    "mattina": MATTINA,
    "rano": RANO,
    "round_up": ROUND_UP,
    "night": NIGHT,
    **{language: sheet_abroad(language) for language in ("fr", "es", "nl", "it")},
}
