"""Progress that a browser gets to see."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

SEEN_SECONDS: Final = 2.0


async def async_seen[T](work: Coroutine[Any, Any, T]) -> T:
    """Do work whose progress a form shows, and take long enough for the form to be there.

    A browser asks to be told how a step goes on only once it shows that step. Of work that has ended by then, most of
    all of work that failed at once, it would hear nothing, and show its spinner for ever.
    """
    seen = asyncio.create_task(asyncio.sleep(SEEN_SECONDS))
    try:
        result = await work
    except asyncio.CancelledError:  # the form was closed
        seen.cancel()
        raise
    except Exception:  # shown as well, whatever it is
        await seen
        raise
    await seen
    return result
