"""Where anything may be sent, and where it went: one rule for model servers and speech servers."""

from .addresses import NOTHING_MORE, Allowed, NotAtHome, home_addresses, is_home, is_shared
from .connect import first_that_answers
from .consent import allowed_in, consent_data, consent_in, is_unasked
from .contacts import Traffic, book_news, contacts, ledger, opened, summed

__all__ = [
    "NOTHING_MORE",
    "Allowed",
    "NotAtHome",
    "Traffic",
    "allowed_in",
    "book_news",
    "consent_data",
    "consent_in",
    "contacts",
    "first_that_answers",
    "home_addresses",
    "is_home",
    "is_shared",
    "is_unasked",
    "ledger",
    "opened",
    "summed",
]
