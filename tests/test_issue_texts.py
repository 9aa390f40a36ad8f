"""The texts of the repair issues: what they are called, and what they say."""

import pytest

from custom_components.parlor.issues import findings
from custom_components.parlor.issues.flows import FIX_FLOWS
from tests.flow_texts import ENGLISH, placeholders_of

GIVEN = {
    findings.MODEL_MISSING: {"server", "model"},
    findings.MODEL_WITHOUT_TOOLS: {"server", "model"},
    findings.DIGEST_CHANGED: {"server", "model", "old", "new"},
    findings.CLOUD_ENABLED: {"server"},
    findings.SPEECH_TOO_OLD: {"names"},
    findings.SPEECH_TOO_NEW: {"names"},
    findings.SPEECH_SHARED: {"name", "address"},
    findings.SPEECH_REFUSED: {"name", "uri", "address"},
    findings.NOTHING_EXPOSED: set(),
}


@pytest.mark.parametrize("key", GIVEN)
def test_texts(key: str) -> None:
    """Every issue has its texts: a form for those that can be mended from here, a description for the others."""
    texts = ENGLISH["issues"][key]
    assert set(texts) == {"title", "fix_flow" if key in FIX_FLOWS else "description"}
    shown = [texts["title"], texts.get("description", "")]
    for step in texts.get("fix_flow", {}).get("step", {}).values():
        shown += [step["title"], step["description"]]
    for text in shown:
        assert placeholders_of(text) <= GIVEN[key]


def test_every_issue_is_here() -> None:
    """So that none is raised without its texts."""
    assert set(GIVEN) == findings.KEYS
