"""What the benchmarks say, and what has to come of it."""

from .brain import Deed, Task

HOUSE_TASKS = (
    Task(
        "turn off the kitchen lights and set the bedroom heating to twenty degrees",
        "I turned off the kitchen lights and set the bedroom heating to 20 degrees.",
        deeds=(Deed("off", area="Kitchen", kind="light"), Deed("on", name="Bedroom heating", degrees=20)),
    ),
    Task("what is the temperature in the kitchen", "It is 21.5 degrees in the kitchen.", look="Kitchen temperature"),
)
"""A command and a question for the made-up houses of any size."""

DEMO_TASKS = (
    Task(
        "turn off the lamp in the office",
        "I turned off the office lamp.",
        deeds=(Deed("off", name="Office lamp", kind="light"),),
    ),
    Task(
        "turn off the kitchen lights and set the thermostat to 20 degrees",
        "I turned off the kitchen lights and set the thermostat to 20 degrees.",
        deeds=(Deed("off", area="Kitchen", kind="light"), Deed("on", name="Thermostat", degrees=20)),
    ),
    Task(
        "what is the temperature in the bedroom",
        "It is 21.5 degrees in the bedroom.",
        look="Bedroom temperature",
        proof="21.5",
    ),
    Task(
        "it is too dark in here",
        "I turned on the office ceiling light.",
        deeds=(Deed("on", name="Office ceiling light", kind="light"),),
    ),
    Task(
        "why is the sky blue",
        "Air scatters blue light more than red light, so blue comes to your eyes from every part of the sky."
        " At sunset the light comes a longer way, and mostly red is left.",
        proof="light",
    ),
)
"""For the demo house, spoken to in its office: two commands, a question, a wish, and what has nothing to do with it."""
