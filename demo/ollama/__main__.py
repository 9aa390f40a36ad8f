"""Run the stand-in: python -m demo.ollama --port 11434."""

import argparse
import asyncio
from dataclasses import replace
import signal

from .models import STAND_IN, WITHOUT_TOOLS
from .server import OllamaStandIn

OLLAMA_PORT = 11434


def main() -> None:
    """Read the command line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m demo.ollama", description="A stand-in for an Ollama server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=OLLAMA_PORT, help="0 takes any free port")
    parser.add_argument("--style", choices=("rendered", "native"), default="rendered", help="how tool calls are sent")
    parser.add_argument("--attention", choices=("full", "sliding"), default="full", help="how the prefix cache cuts")
    parser.add_argument("--prefill-rate", type=float, default=0, help="prompt tokens a second, 0: no limit")
    parser.add_argument("--decode-rate", type=float, default=0, help="reply tokens a second, 0: no limit")
    parser.add_argument("--load-seconds", type=float, default=0, help="how long loading a model takes")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(arguments: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = OllamaStandIn(
        (replace(STAND_IN, style=arguments.style, attention=arguments.attention), WITHOUT_TOOLS),
        host=arguments.host,
        port=arguments.port,
        prefill_rate=arguments.prefill_rate,
        decode_rate=arguments.decode_rate,
        load_seconds=arguments.load_seconds,
    )
    async with server:
        print(f"Stand-in for Ollama at {server.url}", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
