"""The model in a process of its own, so that its work is not taken for an agent's."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
import sys

from demo.ollama import STAND_IN, OllamaStandIn

from .brain import Brain
from .places import PROJECT
from .tasks import HOUSE_TASKS

LONG_CONTEXT = 262_144


@asynccontextmanager
async def served_model() -> AsyncGenerator[str]:
    """Run the model and yield its address. It answers at once, and knows the tasks of the made-up houses."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.served_model",
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the model has no pipes")
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        # It ends with its input.
        process.stdin.close()
        await process.wait()


async def _async_serve() -> None:
    model = replace(STAND_IN, context_length=LONG_CONTEXT)
    async with OllamaStandIn((model,), brain=Brain(HOUSE_TASKS)) as server:
        print(server.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_async_serve())
