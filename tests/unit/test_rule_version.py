"""A segment's rule version moves with every text the rule is made of, and with no other.

The macro itself over a graph in dbt's form. What does not belong here: what a rule says.
"""

from hashlib import md5
from types import SimpleNamespace

import pytest

from tests.real.segment_sql import ENVIRONMENT, MACROS

NODES = {
    "model.rapport.seg_lifecycle": (
        ["macro.rapport.share_before", "macro.dbt.type_string"],
        ["model.rapport.seg_lifecycle_signal", "seed.rapport.lifecycle_transitions"],
    ),
    "model.rapport.seg_lifecycle_signal": (
        ["macro.rapport.stale_days", "macro.rapport.share_before"],
        ["model.rapport.ind_service", "source.rapport.audit.segment_days"],
    ),
    "seed.rapport.lifecycle_transitions": ([], []),
    "model.rapport.ind_service": ([], []),
    "model.rapport.seg_party": ([], []),
}
SHARED = {
    "share_before": ("macros/segment_rules.sql", ["macro.rapport.fifth"]),
    "fifth": ("macros/formulas.sql", []),
    "stale_days": ("macros/replace_days.sql", []),
}


def version(edited: str = "") -> str:
    """The version of the rule of life after an edit of one text."""
    nodes = {
        name: {
            "fqn": ["rapport", "indicators" if ".ind_" in name else "segments"],
            "checksum": {"checksum": name + "!" * (name == edited)},
            "depends_on": {"macros": macros} | ({"nodes": parents} if parents else {}),
        }
        for name, (macros, parents) in NODES.items()
    }
    shared = {
        name: SimpleNamespace(
            macro=SimpleNamespace(
                macro_sql=name + "!" * (name == edited),
                original_file_path=path,
                depends_on=SimpleNamespace(macros=inner),
            )
        )
        for name, (path, inner) in SHARED.items()
    }
    given = {"graph": {"nodes": nodes}, "context": shared}
    digest = {"local_md5": lambda text: md5(text.encode()).hexdigest()}
    return ENVIRONMENT.from_string(
        MACROS + "{{ rule_version('seg_lifecycle') }}", globals=given | digest
    ).render()


@pytest.mark.parametrize(
    "part",
    [
        "model.rapport.seg_lifecycle",
        "model.rapport.seg_lifecycle_signal",
        "seed.rapport.lifecycle_transitions",
        "share_before",
        "fifth",
    ],
)
def test_another_text_anywhere_in_a_rule_is_another_version(part):
    assert version(part) != version()


@pytest.mark.parametrize(
    "other", ["stale_days", "model.rapport.ind_service", "model.rapport.seg_party"]
)
def test_what_is_no_part_of_a_rule_leaves_its_version(other):
    assert version(other) == version()
