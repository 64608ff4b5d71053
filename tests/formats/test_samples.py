"""Real files are read whole, where they are at hand: they stand beside the project, never in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.recognise import read

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real files are not at hand")


def test_a_commented_table_of_key_packs():
    content = read((SAMPLES / "wmi" / "keypack_format_table_2012.txt").read_bytes())
    assert content.format == "format-table"
    packs = list(content)
    assert [pack.keypack_id for pack in packs] == [2, 3, 4, 10]
    assert packs[0].total == packs[0].available == 4294967295
    assert [pack.type_and_model for pack in packs][1] == "TS or RDS Per User CAL"
    assert {pack.access_rights for pack in packs} == {7}
    assert packs[3].key_pack_type == 7


def test_a_commented_section_of_two_servers():
    content = read((SAMPLES / "wmi" / "monitoring_section_vbs.txt").read_bytes())
    assert content.format == "monitoring-section"
    packs = list(content)
    assert len(packs) == 10
    assert [number for number, times in Counter(pack.keypack_id for pack in packs).items() if times > 1] == [
        3
    ]
    assert packs[0].total == 4294967295
    assert packs[0].description == "A02-6.00-S"
    assert packs[-1].product_version_id == 6


def test_samples_of_other_inputs_are_refused():
    others = [
        path for path in SAMPLES.rglob("*") if path.is_file() and path.parent.name not in ("wmi", "samples")
    ]
    assert others
    for path in others:
        with pytest.raises(RuleViolation, match="file-not-recognised"):
            read(path.read_bytes())
