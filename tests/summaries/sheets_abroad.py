"""One morning's fact sheet in French, Spanish, Dutch and Italian."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from custom_components.parlor.summaries.sheet import Direction, Fact, FactSheet, Figure, Section

_ZONE = ZoneInfo("Europe/Berlin")
# Of each fact: its text, its names and its states; "/" parts the names and the states.
type Told = tuple[str, str, str]

_TEXTS: Mapping[str, Mapping[str, Told]] = {
    "fr": {
        "window": ("La fenêtre de la cuisine est ouverte depuis 06:40.", "Fenêtre de la cuisine/Cuisine", "ouverte"),
        "garage": ("La porte du garage est fermée.", "Porte du garage/Garage", "fermée"),
        "bedroom": (
            "Chambre : 18,6 °C en moyenne, 17,2 °C au minimum, 20,1 °C au maximum.",
            "Température de la chambre/Chambre",
            "",
        ),
        "kitchen": (
            "Cuisine : 21,3 °C en moyenne, 1,4 °C de plus que les derniers dimanches.",
            "Température de la cuisine/Cuisine",
            "",
        ),
        "anna": ("Anna est partie à 18:05 et est rentrée à 22:40.", "Anna", "partie/rentrée"),
        "ben": ("Ben est absent depuis dimanche 14:20.", "Ben", "absent"),
        "dentist": ("Dentiste, aujourd'hui de 09:30 à 10:15.", "Dentiste", ""),
        "weather": (
            "Aujourd'hui : pluvieux, de 4 à 11 °C, probabilité de pluie 80 %.",
            "Météo",
            "pluvieux",
        ),
        "energy": (
            "12,4 kWh d'électricité ont été consommés, 2,1 kWh de moins que la veille.",
            "Électricité",
            "",
        ),
        "light": ("La lumière du couloir a été allumée 2 heures 30 minutes.", "Lumière du couloir/Couloir", "allumée"),
        "battery": (
            "La pile du détecteur de fumée est faible : 9 %.",
            "Détecteur de fumée",
            "faible",
        ),
        "lock": ("La serrure de l'entrée est verrouillée.", "Serrure de l'entrée/Entrée", "verrouillée"),
    },
    "es": {
        "window": (
            "La ventana de la cocina está abierta desde las 06:40.",
            "Ventana de la cocina/Cocina",
            "abierta",
        ),
        "garage": ("La puerta del garaje está cerrada.", "Puerta del garaje/Garaje", "cerrada"),
        "bedroom": (
            "Dormitorio: 18,6 °C de media, mínima de 17,2 °C, máxima de 20,1 °C.",
            "Temperatura del dormitorio/Dormitorio",
            "",
        ),
        "kitchen": (
            "Cocina: 21,3 °C de media, 1,4 °C más que los últimos domingos.",
            "Temperatura de la cocina/Cocina",
            "",
        ),
        "anna": ("Anna salió a las 18:05 y volvió a las 22:40.", "Anna", "salió/volvió"),
        "ben": ("Ben está fuera desde el domingo a las 14:20.", "Ben", "fuera"),
        "dentist": ("Dentista, hoy de 09:30 a 10:15.", "Dentista", ""),
        "weather": ("Hoy: lluvioso, de 4 a 11 °C, probabilidad de lluvia del 80 %.", "Tiempo", "lluvioso"),
        "energy": ("Se consumieron 12,4 kWh de electricidad, 2,1 kWh menos que el día anterior.", "Electricidad", ""),
        "light": ("La luz del pasillo estuvo encendida 2 horas 30 minutos.", "Luz del pasillo/Pasillo", "encendida"),
        "battery": ("La batería del detector de humo está baja: 9 %.", "Detector de humo", "baja"),
        "lock": ("La cerradura de la entrada está bloqueada.", "Cerradura de la entrada/Entrada", "bloqueada"),
    },
    "nl": {
        "window": ("Het keukenraam staat open sinds 06:40.", "Keukenraam/Keuken", "open"),
        "garage": ("De garagedeur is dicht.", "Garagedeur/Garage", "dicht"),
        "bedroom": (
            "Slaapkamer: gemiddeld 18,6 °C, laagste 17,2 °C, hoogste 20,1 °C.",
            "Slaapkamer temperatuur/Slaapkamer",
            "",
        ),
        "kitchen": (
            "Keuken: gemiddeld 21,3 °C, 1,4 °C warmer dan op de laatste zondagen.",
            "Keuken temperatuur/Keuken",
            "",
        ),
        "anna": ("Anna vertrok om 18:05 en kwam om 22:40 thuis.", "Anna", "vertrok/thuis"),
        "ben": ("Ben is weg sinds zondag 14:20.", "Ben", "weg"),
        "dentist": ("Tandarts, vandaag van 09:30 tot 10:15.", "Tandarts", ""),
        "weather": ("Vandaag: regenachtig, 4 tot 11 °C, kans op regen 80 %.", "Weer", "regenachtig"),
        "energy": ("Er is 12,4 kWh stroom verbruikt, 2,1 kWh minder dan de dag ervoor.", "Stroom", ""),
        "light": ("De ganglamp was 2 uur 30 minuten aan.", "Ganglamp/Gang", "aan"),
        "battery": ("De batterij van de rookmelder is zwak: 9 %.", "Rookmelder", "zwak"),
        "lock": ("Het voordeurslot is op slot.", "Voordeurslot/Hal", "op slot"),
    },
    "it": {
        "window": ("La finestra della cucina è aperta dalle 06:40.", "Finestra della cucina/Cucina", "aperta"),
        "garage": ("La porta del garage è chiusa.", "Porta del garage/Garage", "chiusa"),
        "bedroom": (
            "Camera: 18,6 °C in media, minima 17,2 °C, massima 20,1 °C.",
            "Temperatura della camera/Camera",
            "",
        ),
        "kitchen": (
            "Cucina: 21,3 °C in media, 1,4 °C in più rispetto alle ultime domeniche.",
            "Temperatura della cucina/Cucina",
            "",
        ),
        "anna": ("Anna è uscita alle 18:05 ed è tornata alle 22:40.", "Anna", "uscita/tornata"),
        "ben": ("Ben è fuori da domenica alle 14:20.", "Ben", "fuori"),
        "dentist": ("Dentista, oggi dalle 09:30 alle 10:15.", "Dentista", ""),
        "weather": ("Oggi: piovoso, da 4 a 11 °C, probabilità di pioggia 80 %.", "Meteo", "piovoso"),
        "energy": (
            "Sono stati consumati 12,4 kWh di elettricità, 2,1 kWh in meno rispetto al giorno prima.",
            "Elettricità",
            "",
        ),
        "light": ("La luce del corridoio è stata accesa 2 ore 30 minuti.", "Luce del corridoio/Corridoio", "accesa"),
        "battery": ("La batteria del rilevatore di fumo è scarica: 9 %.", "Rilevatore di fumo", "scarica"),
        "lock": ("La serratura dell'ingresso è bloccata.", "Serratura dell'ingresso/Ingresso", "bloccata"),
    },
}


def sheet_abroad(language: str) -> FactSheet:
    """Return the morning of Monday, 16 March 2026, in a language."""
    texts = _TEXTS[language]

    def fact(key: str, *figures: Figure, at: tuple[datetime, ...] = (), direction: Direction | None = None) -> Fact:
        text, names, states = texts[key]
        said = tuple(filter(None, states.split("/")))
        return Fact(
            text,
            tuple(names.split("/")),
            figures,
            at,
            said,
            **({"direction": direction} if direction else {}),
            from_outside=key == "dentist",
        )

    sections = {
        "open": (fact("window", at=(_at(16, 6, 40),)), fact("garage"), fact("lock")),
        "numbers": (
            fact("bedroom", _c(18.6), _c(17.2), _c(20.1)),
            fact("kitchen", _c(21.3), _c(1.4), direction=Direction.UP),
        ),
        "persons": (fact("anna", at=(_at(15, 18, 5), _at(15, 22, 40))), fact("ben", at=(_at(15, 14, 20),))),
        "calendar": (fact("dentist", at=(_at(16, 9, 30), _at(16, 10, 15))),),
        "weather": (fact("weather", _c(4), _c(11), Figure(80, "%"), at=(_at(16, 0),)),),
        "energy": (fact("energy", Figure(12.4, "kWh"), Figure(2.1, "kWh"), direction=Direction.DOWN),),
        "lights": (fact("light", Figure(150, "min")),),
        "batteries": (fact("battery", Figure(9, "%")),),
    }
    return FactSheet(
        _at(15, 7),
        _at(16, 7),
        language,
        tuple(Section(key, facts) for key, facts in sections.items()),
        tuple(sections),
    )


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=_ZONE)


def _c(value: float) -> Figure:
    return Figure(value, "°C")
