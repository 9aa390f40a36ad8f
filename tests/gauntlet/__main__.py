"""Run the gauntlet and print one line for each kind of case, and what went wrong."""

import argparse
import asyncio
from itertools import groupby
import json
import logging
import os
from pathlib import Path
import sys

from homeassistant.runner import create_event_loop

from demo.log_watch import LogWatch

from .cases import Case, read_cases
from .play import Verdict, running_gauntlet


def main() -> int:
    """Return 0 only if nothing went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.gauntlet", description=__doc__)
    parser.add_argument("--kind", help="only kinds whose name has this text")
    parser.add_argument("--say", help="only cases in which this is said")
    parser.add_argument("--heard", action="store_true", help="print every reply")
    parser.add_argument("--log", type=Path, default=os.devnull, metavar="FILE", help="for Home Assistant's log")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts as a list of objects")
    options = parser.parse_args()
    cases = [
        case
        for case in read_cases()
        if (options.kind or "") in case.kind and (options.say or "").casefold() in case.name.casefold()
    ]
    log = LogWatch(options.log)
    logging.getLogger().addHandler(log)
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        verdicts = runner.run(_async_play(cases))
    _print(verdicts, heard=options.heard)
    if options.json:
        options.json.write_text(json.dumps([_as_dict(verdict) for verdict in verdicts], indent=1))
    return 1 if any(verdict.wrong for verdict in verdicts) else 0


async def _async_play(cases: list[Case]) -> list[Verdict]:
    async with running_gauntlet() as gauntlet:
        return [await gauntlet.async_play(case) for case in cases]


def _print(verdicts: list[Verdict], *, heard: bool) -> None:
    for kind, group in groupby(verdicts, key=lambda verdict: verdict.case.kind):
        of_kind = list(group)
        good = sum(not verdict.wrong for verdict in of_kind)
        print(f"{'✓' if good == len(of_kind) else '✗'} {good:3} of {len(of_kind):3}  {kind}")
        for verdict in of_kind:
            if verdict.wrong or heard:
                print(f"      {verdict.case.name}\n        → {' / '.join(verdict.heard)}")
            for wrong in verdict.wrong:
                print(f"        ✗ {wrong}")
    good = sum(not verdict.wrong for verdict in verdicts)
    print(f"{good} of {len(verdicts)}{': no lie, nothing unasked' if good == len(verdicts) else ''}")


def _as_dict(verdict: Verdict) -> dict[str, object]:
    return {
        "kind": verdict.case.kind,
        "case": verdict.case.name,
        "heard": list(verdict.heard),
        "wrong": list(verdict.wrong),
    }


if __name__ == "__main__":
    sys.exit(main())
