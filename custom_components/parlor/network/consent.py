"""What a user has allowed, as the data of a subentry keep it.

A subentry may have two addresses, its own and that of a fallback: the keys of the second have a prefix.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..const import CONF_ALLOW_SHARED, CONF_ALLOWED_ADDRESS, CONF_SHARED_UNASKED
from .addresses import Allowed


def allowed_in(data: Mapping[str, Any], prefix: str = "") -> Allowed:
    """Return what the data of a subentry allow for one of its addresses."""
    given = consent_in(data, prefix)
    return replace(given, shared=given.shared or is_unasked(data, prefix))


def consent_in(data: Mapping[str, Any], prefix: str = "") -> Allowed:
    """Return what the user has allowed for one of the addresses of a subentry, in so many words."""
    return Allowed(
        shared=data.get(prefix + CONF_ALLOW_SHARED, False), address=data.get(prefix + CONF_ALLOWED_ADDRESS) or None
    )


def consent_data(allowed: Allowed, prefix: str = "") -> dict[str, Any]:
    """Return what the data of a subentry keep of what the user has allowed; nothing where that is nothing."""
    shared = {prefix + CONF_ALLOW_SHARED: True} if allowed.shared else {}
    return shared | ({prefix + CONF_ALLOWED_ADDRESS: allowed.address} if allowed.address else {})


def is_unasked(data: Mapping[str, Any], prefix: str = "") -> bool:
    """Return whether shared addresses are in use from a time when nobody was asked for them."""
    return bool(data.get(prefix + CONF_SHARED_UNASKED, False))
