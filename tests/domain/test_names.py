"""Names: case ignored, the first label counts, the domain too where both have one (rule 4.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.names import account_name, domain_of, label_of, read_name, same_account, same_name
from tslic_admin.domain.outcomes import RuleViolation

name = st.from_regex(r"[A-Za-zÄÖÜäöüß0-9-]{1,8}(\.[A-Za-z]{1,4}){0,3}\.?", fullmatch=True) | st.text(
    max_size=6
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("PC1", "pc1", True),
        ("PC1", "pc1.corp.example", True),
        ("PC1.corp.example", "pc1.CORP.example.", True),
        ("PC1.corp.example", "pc1.lab.example", False),
        ("PC1", "PC10", False),
        (" PC1 ", "PC1", True),
        ("MÜLLER-PC", "müller-pc", True),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("fe80::1", "fe80::2", False),
        ("PC1", None, False),
        (None, None, False),
        ("", "", False),
        (" ", " ", False),  # a computer name of one space is in real files: it names nobody
        (".", ".", False),
    ],
)
def test_when_two_names_are_the_same(one: str | None, other: str | None, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@given(name, name)
def test_it_does_not_matter_which_name_comes_first(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)


@given(name)
def test_a_name_is_itself_unless_it_is_nobody(one: str) -> None:
    assert same_name(one, one) is bool(label_of(one))


@given(
    st.from_regex(r"[A-Za-zÄÖÜäöü-]{1,8}", fullmatch=True), st.sampled_from(["corp.example", "CORP.example."])
)
def test_a_bare_name_is_the_same_as_itself_in_a_domain(bare: str, domain: str) -> None:
    assert same_name(bare, f"{bare.swapcase()}.{domain}")
    assert (label_of(f"{bare}.{domain}"), domain_of(f"{bare}.{domain}")) == (bare.casefold(), "corp.example")


@pytest.mark.parametrize("address", ["192.168.0.7", "fe80::1%eth0"])
def test_an_address_is_a_label_of_its_own_without_a_domain(address: str) -> None:
    assert (label_of(address), domain_of(address)) == (address, "")


@pytest.mark.parametrize("text", ["PC1", " PC1\t", "müller-pc.corp.example", "x" * 255, "pc_7", "10.0.0.1"])
def test_a_name_is_taken_as_typed_without_spaces_around_it(text: str) -> None:
    assert read_name(text, field="to") == text.strip()


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_missing_name_is_refused_as_missing(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_name(text, field="to")
    assert (refusal.value.code, refusal.value.field) == ("name-missing", "to")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "two words",
            "a/b",
            "a\\b",
            "a@b",
            "a#b",
            "a=b",
            "a,b",
            "a;b",
            'a"b',
            "a<b",
            "a>b",
            "a|b",
            "a*b",
            "a?b",
        ),
        *("a\x00b", "a\x7fb", "a\x85b", "a\ud800b", ".", "..", ".corp", "x" * 256),
    ],
)
def test_what_no_computer_is_called_is_refused(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_name(text, field="to")
    assert (refusal.value.code, refusal.value.facts) == ("name-malformed", {"value": text})


@given(st.text())
def test_every_name_that_is_taken_names_somebody_and_can_stand_in_a_reference(text: str) -> None:
    try:
        name = read_name(text, field="to")
    except RuleViolation:
        return
    assert same_name(name, name)
    assert not set("/@#=") & set(name)
    name.encode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CORP\\ann", "corp\\ANN", True),
        ("ann", "CORP\\ann", True),
        ("ann@corp.example", "CORP\\ann", True),
        ("corp.example\\ann", "ann@corp.example.", True),
        ("EXAMPLE\\ann", "ad.example.com\\ann", True),
        ("CORP\\ann", "OTHER\\ann", False),
        ("corp.example\\ann", "corp.example.com\\ann", False),
        ("CORP\\ann", "CORP\\bob", False),
        ("NET\\ann", "ad.example.com\\ann", False),
        ("CORP\\", "CORP\\", False),
        (None, "ann", False),
        (None, None, False),
    ],
)
def test_a_user_is_the_same_by_name_and_by_domain_where_both_have_one(one, other, same):
    assert same_account(one, other) is same
    assert same_account(other, one) is same


def test_an_account_without_its_domain():
    assert account_name("CORP\\Ann") == account_name("ann@corp.example") == account_name(" ANN ") == "ann"
