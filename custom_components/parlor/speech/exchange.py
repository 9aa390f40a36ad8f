"""Sending a request while its answer is already being received."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
import contextlib
from functools import partial
from typing import Final

from .errors import SpeechError, SpeechUnreachable
from .wyoming_client import WyomingConnection

LAST_WORDS_S: Final = 1.0
"""How long a server that stopped listening may take to say why."""


@contextlib.asynccontextmanager
async def async_sending(
    connection: WyomingConnection, request: Coroutine[object, object, None], answer_limit_s: float
) -> AsyncIterator[None]:
    """Send a request while the block receives the answer.

    While the request goes on, because someone is still speaking or writing, the server may be silent; from its end on
    only for `answer_limit_s`. Raises what the block raises, or what made the request fail.
    """
    connection.limit_silence(None)
    sending = asyncio.create_task(request)
    sending.add_done_callback(partial(_sent, connection, answer_limit_s))
    try:
        yield
    except SpeechError as err:  # perhaps only because the request could not be sent
        cause = _failure(sending)
        if cause is None or isinstance(cause, SpeechUnreachable):
            raise
        raise cause from err
    finally:
        sending.cancel()
        await asyncio.wait([sending])


def _sent(connection: WyomingConnection, answer_limit_s: float, sending: asyncio.Task[None]) -> None:
    cause = _failure(sending)
    if cause is None:
        connection.limit_silence(answer_limit_s)
    else:
        connection.limit_silence(LAST_WORDS_S if isinstance(cause, SpeechUnreachable) else 0)


def _failure(sending: asyncio.Task[None]) -> BaseException | None:
    return sending.exception() if sending.done() and not sending.cancelled() else None
