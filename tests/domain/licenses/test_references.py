"""What key packs and issued licenses are called."""

from __future__ import annotations

from tslic_admin.domain.licenses.references import ended_reference, license_reference, pack_reference


def test_a_pack_goes_by_its_keypack_id_and_by_its_number_until_it_has_one() -> None:
    assert pack_reference("DC01", 3, 7) == "DC01/3"
    assert pack_reference("DC01", 0, 7) == "DC01/0"
    assert pack_reference("DC01", None, 7) == "DC01/#7"


def test_a_license_goes_by_its_license_id_and_by_its_number_where_it_has_none() -> None:
    assert license_reference("DC01/3", 0, 9) == "DC01/3/0"
    assert license_reference("DC01/#7", None, 9) == "DC01/#7/#9"


def test_an_ended_license_has_the_local_day_of_its_issue() -> None:
    assert ended_reference("DC01/3/1", "2026-01-05T10:00:00Z") == "DC01/3/1@2026-01-05"
    assert ended_reference("DC01/3/1", None) == "DC01/3/1@"
