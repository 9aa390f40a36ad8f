"""What is asked where an address does not belong to the home."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..network import Allowed, is_shared


@dataclass(frozen=True, slots=True)
class Refusal:
    """The address to ask about, and whether it is of 100.64.0.0/10, which may be the user's own network."""

    address: str
    shared: bool

    @classmethod
    def of(cls, addresses: Sequence[str]) -> Refusal:
        """Return what to ask about a host that has only addresses that were refused."""
        shared = next(filter(is_shared, addresses), None)
        return cls(shared or _preferred(addresses), shared is not None)

    def allowed(self, before: Allowed) -> Allowed:
        """Return what is allowed once the user has agreed."""
        return replace(before, shared=True) if self.shared else replace(before, address=self.address)


def _preferred(addresses: Sequence[str]) -> str:
    """Return the address that works everywhere, if there is one."""
    return next((address for address in addresses if ":" not in address), addresses[0])
