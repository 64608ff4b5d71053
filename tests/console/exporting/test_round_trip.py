"""What goes out in machine form comes back in: the same again changes nothing, and nothing of ours is in its way."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_what_only_this_program_knows_is_left_out_with_a_word_and_refuses_nothing(collected, ending):
    """A pack without a Keypack ID, and a license of it: no server's list has them yet."""
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    collected.json(*add, "--total", "5")
    collected.json("licenses", "add", "--server", "DC01", "--key-pack", "#3", "--computer", "OLD9")
    packs, licenses = (str(collected.folder / f"{name}.{ending}") for name in ("packs", "licenses"))
    collected.json("export", "key-packs", "--to", packs)
    collected.json("export", "licenses", "--to", licenses)
    act = collected.json("import", packs, licenses)
    assert act["entry"] is None
    assert [one["refused"] for one in act["imported"]] == [[]] * len(act["imported"])
    assert sum(one["unchanged"] for one in act["imported"]) > 2
    assert act["notices"] == [
        "Left out, since they are records of this program that no list of their server has shown yet: 2."
    ]
    assert "no list of their server has shown yet: 2" in collected("import", packs, licenses, "--dry-run").out


@pytest.mark.parametrize(
    ("list_of", "reason"),
    [
        (
            "KeyPackId,TotalLicenses,Description,Pack,Server\n,5,A02-6.00-S,DC01/3,DC01\n",
            "Keypack ID is empty",
        ),
        ("KeyPackId,TotalLicenses,Description,Server\n,5,A02-6.00-S,DC01\n", "Keypack ID is empty"),
        (
            "LicenseId,KeyPackId,sIssuedToComputer,LicenseStatus,Server\n,3,PC1,2,DC01\n",
            "License ID is empty",
        ),
    ],
)
def test_a_server_s_own_list_without_a_number_is_refused_as_ever(collected, list_of, reason):
    result = collected("import", "-", stdin=list_of)
    assert result.code == 3
    assert reason in result.out
    assert "Refused rows and files: 1," in result.err
