"""Small homes: a studio flat, and a cabin in the woods with few and oddly named things."""

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.light.const import ColorMode
from homeassistant.components.media_player.const import MediaPlayerDeviceClass, MediaPlayerState
from homeassistant.const import UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from tests.agent.devices import HouseButton, HouseList, HouseVacuum, RichPlayer
from tests.agent.house import (
    House,
    HouseClimate,
    HouseCover,
    HouseDevice,
    HouseFan,
    HouseLight,
    HouseLock,
    HouseScene,
    HouseSwitch,
)
from tests.agent.route_houses import Sensors, Things, async_house

COLORED = {ColorMode.HS}
DIM = {ColorMode.BRIGHTNESS}
PLAIN = {ColorMode.ONOFF}
WARM = {ColorMode.COLOR_TEMP}


def so[Device: HouseDevice](device: Device, **attributes: object) -> Device:
    """Return a device that is like this."""
    for name, value in attributes.items():
        setattr(device, f"_attr_{name}", value)
    return device


def _studio() -> Things:
    tv = RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.TV)
    speaker = RichPlayer(MediaPlayerState.PAUSED, MediaPlayerDeviceClass.SPEAKER)
    return {
        "light.main": (HouseLight(DIM), "Main Light", "Studio", ()),
        "light.bed": (so(HouseLight(COLORED), is_on=False), "Bed Light", "Studio", ()),
        "light.desk": (HouseLight(WARM), "Desk Lamp", "Studio", ()),
        "light.kitchenette": (so(HouseLight(DIM), brightness=153), "Kitchenette Spots", "Studio", ("kitchen spots",)),
        "light.mirror": (so(HouseLight(PLAIN), is_on=False), "Bathroom Mirror", "Bathroom", ()),
        "light.fairy": (so(HouseLight(PLAIN), is_on=False), "Fairy Lights", "Balcony", ("string lights",)),
        "switch.heater": (so(HouseSwitch(), is_on=False), "Space Heater", "Studio", ()),
        "switch.kettle": (so(HouseSwitch(), is_on=False), "Kettle", "Studio", ("tea kettle",)),
        "switch.charger": (HouseSwitch(), "Laptop Charger", "Studio", ()),
        "fan.desk": (so(HouseFan(), percentage=0), "Desk Fan", "Studio", ()),
        "media_player.tv": (tv, "TV", "Studio", ("telly",)),
        "media_player.speaker": (speaker, "Bedside Speaker", "Studio", ()),
        "cover.blackout": (HouseCover(CoverDeviceClass.BLIND), "Blackout Blind", "Studio", ()),
        "climate.radiator": (HouseClimate(), "Radiator", "Studio", ()),
        "vacuum.dobby": (HouseVacuum(), "Dobby", "Studio", ()),
        "lock.door": (HouseLock(), "Front Door", "Studio", ()),
        "scene.cosy": (HouseScene(), "Cosy Evening", None, ()),
        "todo.shopping": (HouseList("Oat milk", "Tomatoes"), "Shopping List", None, ()),
    }


_STUDIO_SENSORS: Sensors = {
    "sensor.temperature": (
        "Studio Temperature",
        "Studio",
        "22.4",
        {"device_class": "temperature", "unit_of_measurement": "°C"},
    ),
    "sensor.humidity": (
        "Bathroom Humidity",
        "Bathroom",
        "68",
        {"device_class": "humidity", "unit_of_measurement": "%"},
    ),
    "sensor.co2": ("Air Quality", "Studio", "1150", {"device_class": "carbon_dioxide", "unit_of_measurement": "ppm"}),
    "sensor.phone": ("Alex's Phone", None, "23", {"device_class": "battery", "unit_of_measurement": "%"}),
    "sensor.power": ("Power Meter", None, "312", {"device_class": "power", "unit_of_measurement": "W"}),
    "binary_sensor.balcony_door": ("Balcony Door", "Balcony", "on", {"device_class": "door"}),
    "binary_sensor.bath_window": ("Bathroom Window", "Bathroom", "off", {"device_class": "window"}),
    "binary_sensor.motion": ("Bathroom Motion", "Bathroom", "off", {"device_class": "motion"}),
    "person.alex": ("Alex", None, "home", {}),
    "person.jo": ("Jo", None, "not_home", {}),
}


def _cabin() -> Things:
    fahrenheit = {"temperature_unit": UnitOfTemperature.FAHRENHEIT, "min_temp": 45, "max_temp": 95}
    nest = so(HouseClimate(), **fahrenheit, target_temperature=68, current_temperature=66)
    deck = RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER)
    return {
        "light.chandelier": (HouseLight(DIM), "Dining Room Chandelier", "Dining Room", ()),
        "light.dimmer": (HouseLight(DIM), "Office Dimmer", "Office", ()),
        "light.dimmer_2": (so(HouseLight(DIM), is_on=False), "Office Dimmer 2", "Office", ()),
        "light.sconce": (so(HouseLight(PLAIN), is_on=False), "Front Porch Sconce", "Front Porch", ()),
        "light.cabinet": (HouseLight(WARM), "Kitchen Under Cabinet", "Kitchen", ()),
        "light.den": (HouseLight(COLORED), "Den Floor Lamp", "Den", ()),
        "light.boathouse": (HouseLight(PLAIN), "Boathouse", "Dock", ()),
        "light.flood": (so(HouseLight(PLAIN), is_on=False), "Bear Cam Floodlight", "Driveway", ()),
        "switch.pool": (HouseSwitch(), "Pool Pump", "Pool", ()),
        "switch.tub": (so(HouseSwitch(), is_on=False), "Hot Tub", "Deck", ("jacuzzi",)),
        "switch.generator": (so(HouseSwitch(), is_on=False), "Generator", None, ()),
        "switch.percolator": (HouseSwitch(), "Mr Coffee", "Kitchen", ()),
        "fan.den": (HouseFan(), "Den Ceiling Fan", "Den", ()),
        "climate.nest": (nest, "Nest Learning Thermostat", "Den", ()),
        "media_player.deck": (deck, "Deck Speakers", "Deck", ()),
        "cover.garage": (HouseCover(CoverDeviceClass.GARAGE), "Garage Door", "Garage", ()),
        "lock.back": (so(HouseLock(), is_locked=False), "Back Door Deadbolt", "Kitchen", ()),
        "button.feeder": (HouseButton(), "Fish Feeder", "Pool", ()),
        "scene.campfire": (HouseScene(), "Campfire", None, ()),
    }


_CABIN_SENSORS: Sensors = {
    "sensor.outdoor": ("Outdoor Temp", None, "41", {"device_class": "temperature", "unit_of_measurement": "°F"}),
    "sensor.pool": ("Pool Temp", "Pool", "78", {"device_class": "temperature", "unit_of_measurement": "°F"}),
    "sensor.propane": ("Propane Tank", None, "17", {"unit_of_measurement": "%"}),
    "sensor.rain": ("Rain Gauge", None, "0.4", {"device_class": "precipitation", "unit_of_measurement": "in"}),
    "binary_sensor.shed": ("Shed Door", "Driveway", "on", {"device_class": "door"}),
    "binary_sensor.crawl": ("Crawl Space Leak", None, "off", {"device_class": "moisture"}),
    "binary_sensor.co": ("CO Alarm", "Den", "off", {"device_class": "carbon_monoxide"}),
    "binary_sensor.driveway": ("Driveway Motion", "Driveway", "on", {"device_class": "motion"}),
    "person.hank": ("Hank", None, "not_home", {}),
    "person.darlene": ("Darlene", None, "home", {}),
}
_CABIN_ROOMS = dict.fromkeys(
    ("Dining Room", "Office", "Front Porch", "Kitchen", "Den", "Dock", "Driveway", "Pool", "Deck", "Garage")
)


async def async_studio(hass: HomeAssistant) -> House:
    """Return the studio flat."""
    rooms = dict.fromkeys(("Studio", "Bathroom", "Balcony"))
    return await async_house(hass, {}, rooms, _studio(), _STUDIO_SENSORS)


async def async_cabin(hass: HomeAssistant) -> House:
    """Return the cabin, where degrees are Fahrenheit."""
    hass.config.units = US_CUSTOMARY_SYSTEM
    return await async_house(hass, {}, _CABIN_ROOMS, _cabin(), _CABIN_SENSORS)
