"""What was handed in: mails, messages, files, word for word."""

from typing import Final

from ...home import clean_name
from ..look import Found, Look
from ..sheet import Fact

_TITLE: Final = 120


async def async_texts(look: Look) -> Found:
    """Carry each text as it came, on one line; nothing is cut here."""
    facts = []
    for handed in look.request.texts:
        title = clean_name(handed.title, length=_TITLE) or look.wording.text("texts", "untitled")
        body = clean_name(handed.text, length=len(handed.text))
        if body:
            facts.append(Fact(f"{title}: {body}", (title,), from_outside=True))
    return Found(tuple(facts), tuple(fact.names[0] for fact in facts))
