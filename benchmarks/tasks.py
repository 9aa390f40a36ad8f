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
