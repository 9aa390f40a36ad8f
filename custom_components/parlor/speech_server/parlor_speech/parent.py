"""The process that this one must not outlive."""

import asyncio
from collections.abc import Callable
import os

_POLL_SECONDS = 1.0


async def watch_process(pid: int, ended: Callable[[], None]) -> None:
    """Call `ended` when the process ends; at once where there is none."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        # It ended before it could be watched.
        ended()
        return
    except OSError:
        # A kernel or sandbox without process descriptors.
        await poll_process(pid, ended)
        return
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
        ended()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def poll_process(pid: int, ended: Callable[[], None]) -> None:
    """Call `ended` within a second or so after the process has ended."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            # What is waited for.
            ended()
            return
        except PermissionError:
            # There is such a process; it belongs to somebody else.
            pass
        await asyncio.sleep(_POLL_SECONDS)
