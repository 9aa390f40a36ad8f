"""Addresses as people type them."""

from typing import Final

from yarl import URL

OLLAMA_PORT: Final = 11434
WYOMING_PORT: Final = 10300

# What people copy along with the address of an Ollama server: the paths of its two APIs.
_API_PATHS: Final = ("/api", "/v1")


def ollama_url(text: str) -> str:
    """Return the base URL of an Ollama server from what was typed: without a scheme, HTTP and Ollama's own port.

    Raises ValueError where it is no address of a web server.
    """
    text = text.strip()
    if "://" in text:
        url = URL(text)
    else:
        url = URL(f"http://{text}")
        url = url if url.explicit_port else url.with_port(OLLAMA_PORT)
    if url.scheme not in {"http", "https"} or not url.host or " " in url.host:
        raise ValueError(text)
    path = url.path.rstrip("/")
    for api in _API_PATHS:
        path = path.removesuffix(api)
    return str(url.with_path(path.rstrip("/"))).rstrip("/")


def wyoming_uri(text: str) -> str:
    """Return tcp://host:port of a Wyoming server from what was typed; without a port, the one most of them have.

    Raises ValueError where it is no such address.
    """
    text = text.strip()
    url = URL(text if "://" in text else f"tcp://{text}")
    if url.scheme != "tcp" or not url.host or url.path.strip("/"):
        raise ValueError(text)
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"tcp://{host}:{url.explicit_port or WYOMING_PORT}"
