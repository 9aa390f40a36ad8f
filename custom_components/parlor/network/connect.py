"""Connecting to a host that has several addresses."""

from collections.abc import Awaitable, Callable, Sequence


async def first_that_answers[Connection](
    addresses: Sequence[str],
    seconds: float | None,
    connect: Callable[[str, float | None], Awaitable[Connection]],
    failures: tuple[type[Exception], ...],
) -> tuple[str, Connection]:
    """Return the first of some addresses that can be connected to, and the connection.

    `connect` takes an address and its limit in seconds: a share of `seconds`, since an address that swallows packets
    must leave time for the next one. Raises what it raises for the last address; `failures` are what it may raise for
    the others, as is usual where a host listens on one of its addresses only.
    """
    for remaining, address in zip(range(len(addresses), 1, -1), addresses, strict=False):
        try:
            return address, await connect(address, None if seconds is None else seconds / remaining)
        except failures:  # the next one may do better
            continue
    return addresses[-1], await connect(addresses[-1], seconds)
