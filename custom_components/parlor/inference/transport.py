"""The only way out: HTTP that reaches home addresses, counts its bytes and bounds what comes back."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Coroutine, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
import ssl
from typing import Any, cast, override

from homeassistant.core import HomeAssistant
import httpcore
import httpx

from ..network import NOTHING_MORE, Allowed, NotAtHome, Traffic, first_that_answers, home_addresses, ledger, opened
from .errors import AddressRefused, StreamBroken

MAX_LINE_BYTES = 4 * 1024 * 1024
_MAX_CONNECTIONS = 16
_MAX_IDLE_CONNECTIONS = 2
_IDLE_SECONDS = 15.0
# What httpcore tells when a connection knows that it is in use.
_SENDING = "http11.send_request_headers.started"

type _SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class HomeTransport(httpx.AsyncBaseTransport):
    """An HTTP transport that connects to home addresses only, and to what the user has allowed besides.

    `traffic` has the bytes of each address that a connection was made to, so it also shows that there is no other.
    """

    def __init__(self, hass: HomeAssistant, ssl_context: ssl.SSLContext, allowed: Allowed = NOTHING_MORE) -> None:
        """Open nothing yet."""
        self.traffic: dict[str, Traffic] = {}
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_HomeNetwork(hass, allowed, self.traffic),
        )

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body still to come."""
        sending = asyncio.Event()

        async def trace(event: str, _details: Mapping[str, Any]) -> None:
            if event == _SENDING:
                sending.set()

        wanted = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={**request.extensions, "trace": trace},
        )
        with _httpx_errors():
            response = await _stopped_once(self._pool.handle_async_request(wanted), sending)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_BoundedStream(response),
            extensions=response.extensions,
        )

    @override
    async def aclose(self) -> None:
        """Close every connection, those in use too."""
        await self._pool.aclose()


class _BoundedStream(httpx.AsyncByteStream):
    """A body without endless lines."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        line_bytes = 0
        parts = aiter(cast(AsyncIterable[bytes], self._response.stream))
        with _httpx_errors():
            while (data := await _stopped_once(_next(parts))) is not None:
                newline = data.rfind(b"\n")
                line_bytes = line_bytes + len(data) if newline < 0 else len(data) - newline - 1
                if line_bytes > MAX_LINE_BYTES:
                    raise StreamBroken(error=f"a line of more than {MAX_LINE_BYTES} bytes")
                yield data

    @override
    async def aclose(self) -> None:
        await _uncancelled(self._response.aclose())


class _HomeNetwork(httpcore.AsyncNetworkBackend):
    """Connections to home addresses."""

    def __init__(self, hass: HomeAssistant, allowed: Allowed, traffic: dict[str, Traffic]) -> None:
        self._hass = hass
        self._allowed = allowed
        self._books = (traffic, ledger(hass))
        self._network = httpcore.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first home address of the host that answers, within `timeout` seconds in all."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await home_addresses(self._hass, host, port, self._allowed)
                return await self._connect_any(addresses, port, timeout, local_address, socket_options)
        except TimeoutError as err:
            # The resolver, or the last address, has not answered.
            raise httpcore.ConnectTimeout(f"no connection within {timeout} s") from err
        except NotAtHome as err:
            raise AddressRefused(url=err.host, error=", ".join(err.addresses)) from err
        except OSError as err:
            # The name is not known here.
            raise httpcore.ConnectError(str(err)) from err

    async def _connect_any(
        self,
        addresses: Sequence[str],
        port: int,
        seconds: float | None,
        local_address: str | None,
        socket_options: Iterable[_SocketOption] | None,
    ) -> httpcore.AsyncNetworkStream:
        async def connect(address: str, limit: float | None) -> httpcore.AsyncNetworkStream:
            # It has a limit of its own. AnyIO tries addresses in a scope that it cancels at the first success: a
            # cancellation from outside at that moment it takes for its own, or forgets the new connection.
            return await _uncancelled(self._network.connect_tcp(address, port, limit, local_address, socket_options))

        failures = (httpcore.ConnectError, httpcore.ConnectTimeout)
        address, stream = await first_that_answers(addresses, seconds, connect, failures)
        return _CountedStream(stream, opened(self._books, address))


async def _uncancelled[Result](work: Coroutine[Any, Any, Result]) -> Result:
    """Return what work returns that has to come to its end: it runs in a task of its own, which is never cancelled.

    The connection pool counts a connection as in use for ever if it is interrupted while it gives it back.
    """
    return await _apart(asyncio.ensure_future(work), stop=False)


async def _stopped_once[Result](work: Coroutine[Any, Any, Result], ready: asyncio.Event | None = None) -> Result:
    """Return what work returns; it is told to stop once at most, not before it is `ready`, and comes to its end then.

    What the connection pool does when it is told to stop, it does not do if it is told so twice; and a connection that
    is new and not yet in use it forgets.
    """
    return await _apart(asyncio.ensure_future(work), stop=True, ready=ready)


async def _apart[Result](task: asyncio.Task[Result], *, stop: bool, ready: asyncio.Event | None = None) -> Result:
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        if stop:
            await _end(task, ready)
        await _wait(task)
        if not task.cancelled() and task.exception() is None:
            await _thrown_away(task.result())
        raise
    return task.result()


async def _end(task: asyncio.Task[Any], ready: asyncio.Event | None) -> None:
    if ready is not None:
        waiting = asyncio.ensure_future(ready.wait())
        task.add_done_callback(lambda _: waiting.cancel())
        await _wait(waiting)
    task.cancel()


async def _wait(task: asyncio.Task[Any]) -> None:
    while not task.done():
        # To be told to stop once more changes nothing.
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task})


async def _thrown_away(result: object) -> None:
    """Close a connection or a response that nobody is going to use or close."""
    if isinstance(result, httpcore.AsyncNetworkStream | httpcore.Response):
        await _uncancelled(result.aclose())


async def _next(parts: AsyncIterator[bytes]) -> bytes | None:
    return await anext(parts, None)


class _CountedStream(httpcore.AsyncNetworkStream):
    """A connection that counts. What is written first, or after an answer, begins a request."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, counts: tuple[Traffic, ...]) -> None:
        self._stream = stream
        self._counts = counts
        self._asking = False

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._asking = False
        for count in self._counts:
            count.received += len(data)
        return data

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for count in self._counts:
            count.requests += not self._asking
            count.sent += len(buffer)
        self._asking = True
        await self._stream.write(buffer, timeout)

    @override
    async def aclose(self) -> None:
        await self._stream.aclose()

    @override
    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return _CountedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._counts)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


# The more specific first.
_HTTPX_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.ProtocolError, httpx.LocalProtocolError),
)


@contextmanager
def _httpx_errors() -> Generator[None]:
    """Raise the connection pool's errors as those of an httpx transport."""
    try:
        yield
    except tuple(pooled for pooled, _ in _HTTPX_ERRORS) as err:
        # Everything that the network and the peer can do wrong.
        raise next(own for pooled, own in _HTTPX_ERRORS if isinstance(err, pooled))(str(err)) from err
