"""A client's own licenses: what they say, and which issued license each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tslic_admin.domain.clocks import iso
from tslic_admin.domain.evidence import Licensed
from tslic_admin.formats.client_evidence import evidence_of, version_text
from tslic_admin.formats.client_file import Held
from tslic_admin.services.evidence import licenses_of


@dataclass(frozen=True, slots=True)
class Matched:
    """A license of a file, and the issued licenses that it can be: the one, none, or several."""

    held: Held
    may_be: tuple[Licensed, ...] = ()

    @property
    def one(self) -> Licensed | None:
        """The issued license, where nothing else can be meant."""
        return self.may_be[0] if len(self.may_be) == 1 else None


def match(session: Session, held: Sequence[Held]) -> list[Matched]:
    """Which issued license each is, by server, machine and dates; the rule is that of all evidence."""
    found = licenses_of(session, [evidence_of(one) for one in held])
    return [Matched(one, tuple(may_be)) for one, may_be in zip(held, found, strict=True)]


def machine(matched: Matched) -> dict[str, Any]:
    """A license in machine form (cli.md)."""
    said = matched.held.license
    return {
        "machine": said.machine,
        "user": said.user,
        "product": said.product,
        "version": version_text(said.version),
        "flags": said.flags,
        "temporary": said.temporary,
        "beta": said.beta,
        "enforced": said.enforced,
        "issued": iso(said.issued),
        "expires": iso(said.expires),
        "serial": said.serial,
        "issuer": said.issuer,
        "issuer_id": said.issuer_id,
        "scope": said.scope,
        "signature_holds": said.signature_holds,
        "license": matched.one.name if matched.one is not None else None,
    }
