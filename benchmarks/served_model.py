"""The model in a process of its own, so that its work is not taken for an agent's."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
import sys
from typing import Any, Literal

from demo.ollama import STAND_IN, WITHOUT_TOOLS, OllamaStandIn, Reply
from demo.ollama.rules import respond

from .brain import Brain, Messages
from .places import PROJECT
from .tasks import DEMO_TASKS, HOUSE_TASKS

type Knowledge = Literal["houses", "demo"]

LONG_CONTEXT = 262_144


@asynccontextmanager
async def served_model(knows: Knowledge = "houses") -> AsyncGenerator[str]:
    """Run the model and yield its address. It answers at once, and knows the tasks of these houses.

    In the demo house it also understands what the stand-in's rules do.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.served_model",
        knows,
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


async def _async_serve(brain: Brain) -> None:
    model = replace(STAND_IN, context_length=LONG_CONTEXT)
    async with OllamaStandIn((model, WITHOUT_TOOLS), brain=brain) as server:
        print(server.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _by_rules(messages: Messages, tools: Sequence[Mapping[str, Any]]) -> Reply:
    return respond([dict(message) for message in messages], [dict(tool) for tool in tools])


if __name__ == "__main__":
    asyncio.run(_async_serve(Brain(DEMO_TASKS, _by_rules) if sys.argv[1:] == ["demo"] else Brain(HOUSE_TASKS)))
