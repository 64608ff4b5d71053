"""Compare a server's issued licenses with those known, key by key: the same, another, gone or back (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from tslic_admin.db.bulk import Changed, Difference, New
from tslic_admin.db.references import license_reference, pack_reference
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.tables import IssuanceRow, KeyPackRow
from tslic_admin.domain.licenses import EndedWhy, LicenseStatus
from tslic_admin.services.adopted_licenses import HandMade, Listed
from tslic_admin.services.compared import Fields, ListOf, Lists, Noted, Rows
from tslic_admin.services.compared_packs import back_again
from tslic_admin.services.license_differences import (
    KNOWN,
    license_fields,
    merged,
    new_license,
    same_license,
    settle_days,
)
from tslic_admin.services.side_by_side import Gone, side_by_side
from tslic_admin.services.upgrades import Upgrades

_COLUMNS = ", ".join(f'"{name}"' for name in KNOWN)
# those entered by hand that no list has shown yet lie under no key
_LIVE = f"""SELECT {_COLUMNS} FROM issuance
WHERE key_pack_id = ? AND ended_on IS NULL AND license_id IS NOT NULL ORDER BY license_id"""
# what may come back under its key, the latest last
_GONE = f"""SELECT {_COLUMNS}, ended_on, ended_why, succeeded_by_id FROM issuance
WHERE key_pack_id = ? AND ended_why IN ('vanished', 'upgraded') AND voided_by IS NULL ORDER BY license_id, id"""


def compare_licenses(lists: Lists, rows: Rows) -> Iterator[Difference]:
    """Win32_TSIssuedLicense, pack by pack; a license of a pack that nobody has seen is refused.

    The files of one import are one snapshot together. `lists` may be those of key packs: then nothing is
    listed, and only the licenses of packs that vanished end.
    """
    yield from _Comparison(lists).differences(rows)


class _Comparison:
    """Of the licenses of one server.

    A temporary license that ends waits until every list was walked through: only then it is known whether
    an active one came for it.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._last: ListOf = max(lists.values(), key=lambda one: one.taken_at)
        self._packs = self._last.packs
        # what is not in the files is gone only where every row of them could be read
        self._judging = all(one.readable for one in lists.values())
        self._named = {
            keypack_id: lists[file] for file, keypack_id in sorted(self._packs.licensed) if file in lists
        }
        self._upgrades = Upgrades(self._last.session, self._last.server)
        self._noting = bool(self._upgrades) or bool(self._last.watch)
        self._waiting: list[_Waiting] = []
        self._back: set[int] = set()
        self._succeeded: list[Changed] = []

    def differences(self, rows: Rows) -> Iterator[Difference]:
        walked = set()
        for keypack_id, of_pack in groupby(rows, key=itemgetter(3)):
            walked.add(self._packs.number(keypack_id))
            yield from self._listed_pack(keypack_id, of_pack)
        whole = self._last.subject == "licenses" and self._last.complete and self._judging
        gone = [*self._packs.vanished, *(self._packs.open() if whole else ())]
        for pack in gone:
            if pack.id not in walked:
                walked.add(pack.id)
                reference = pack_reference(self._last.name, pack.keypack_id, pack.id)
                yield from self._compare_pack(pack.id, reference, self._last, iter(()))
        if self._upgrades:
            for pack in self._packs.known.values():
                if pack.id not in walked:
                    self._upgrades.note_pack(pack.id)
        for one in self._waiting:
            yield from self._end_temporary(one)
        yield from self._ended_before()
        yield from self._succeeded

    def _listed_pack(self, keypack_id: int, rows: Rows) -> Iterator[Difference]:
        reference = pack_reference(self._last.name, keypack_id, 0)
        number = self._packs.number(keypack_id)
        doubted = self._packs.doubted.get(keypack_id)
        code, facts = "", self._packs.moved_to(keypack_id)
        if facts is not None:
            code = "pack-moved"
        elif doubted is not None:
            code, facts = "pack-by-hand-differs", {"pack": reference, "field": doubted}
        elif number is None:
            code, facts = "pack-unseen", {"pack": reference}
        if number is not None and facts is None:
            known, pack = self._named.get(keypack_id), self._packs.known.get(keypack_id)
            if known is not None and pack is not None and (fields := back_again(known, pack)):
                yield known.changed(KeyPackRow, number, fields, reference)
            yield from self._compare_pack(number, reference, known, rows)
            return
        for file, refused, line, _, license_id, *_ in rows:
            taken = self._lists.get(file)
            if taken is not None and not refused:
                value = f"{keypack_id}/{'#' if license_id is None else license_id}"
                taken.refuse(StagedRefusal(line, value, code, facts or {}))

    def _compare_pack(
        self, pack: int, reference: str, naming: ListOf | None, rows: Rows
    ) -> Iterator[Difference]:
        """`naming`: the list that says what is gone of the pack; None where none that is taken names it."""
        run = self._last.session.connection().exec_driver_sql
        gone = Gone(iter(run(_GONE, (pack,))))
        packs = (pack, self._packs.merged.get(pack, pack))
        by_hand: HandMade = HandMade(self._last.session, packs, KNOWN)
        for row, current in side_by_side(rows, iter(run(_LIVE, (pack,)))):
            if row is None:
                name = f"{reference}/{current[1]}"
                yield from self._missing(naming if self._judging else None, current, name)
                continue
            file, refused, _, _, license_id, *seen = row
            known = self._lists.get(file)
            if known is None or refused:
                continue  # not taken, but there
            settle_days(seen, current)
            if license_id is None:
                yield from self._read_back(known, pack, reference, seen, by_hand)
                continue
            counts = known.counts
            if current is not None and tuple(current[2:8]) == tuple(seen) and not current[9]:
                counts.unchanged += 1
                if self._noting:
                    self._note(known, current[0], pack, license_id, seen)
                continue
            name = f"{reference}/{license_id}"
            if current is not None and same_license(current, seen):
                fields = license_fields(current, seen)
                if self._noting:
                    self._note(known, current[0], pack, license_id, merged(current, fields))
                counts.changed += bool(fields)
                counts.unchanged += not fields
                if fields:
                    yield known.changed(IssuanceRow, current[0], fields, name)
                continue
            back = self._back_again(known, pack, license_id, seen, name, gone)
            listed = Listed(known, license_id, name, current)
            if back is not None or not by_hand or not by_hand.holds(listed, seen):
                yield from self._put(listed, back or self._begun(listed, pack, seen))
        for listed, seen, is_ in by_hand.decided(reference):
            yield from self._put(listed, self._adopted(listed, pack, seen, is_))
        for one in by_hand.left():  # nothing lists them, but they may be what a temporary one was upgraded to
            self._upgrades.note(one[0], one[3], one[4], one[7], one[5])

    def _put(self, listed: Listed, follows: Changed | New) -> Iterator[Difference]:
        """What lies under a key now; what lay there before was replaced."""
        known, _, name, current = listed
        if current is None:
            known.counts.new += isinstance(follows, New)
            known.counts.changed += isinstance(follows, Changed)
            yield follows
            return
        known.counts.changed += 1
        if current[4] == LicenseStatus.TEMPORARY:
            self._waiting.append(_Waiting(known, current, name, EndedWhy.REPLACED, follows))
        else:
            yield _ended(known, current, name, EndedWhy.REPLACED)
            yield follows

    def _adopted(self, listed: Listed, pack: int, seen: Sequence[Any], by_hand: Any | None) -> Changed | New:
        """A license that could be one entered by hand: it is, and gets its License ID; or it is one of its own."""
        known, license_id, name, _ = listed
        if by_hand is None:
            return self._begun(listed, pack, seen)
        fields: Fields = {"license_id": (None, license_id), **license_fields(by_hand, seen)}
        self._note(known, by_hand[0], pack, license_id, merged(by_hand, fields), new=True)
        known.counts.linked += 1
        return known.changed(IssuanceRow, by_hand[0], fields, name)

    def _read_back(
        self, known: ListOf, pack: int, reference: str, seen: Sequence[Any], by_hand: HandMade
    ) -> Iterator[Difference]:
        """One entered by hand, out of an export of this program: known here, or recorded as that."""
        if by_hand.knows(seen):
            known.counts.unchanged += 1
            return
        known.counts.new += 1
        number = known.numbers.next(IssuanceRow)
        values = new_license(number, pack, None, seen) | {"by_hand": 1}
        yield New(IssuanceRow, values, license_reference(reference, None, number))

    def _missing(self, naming: ListOf | None, current: Any, name: str) -> Iterator[Difference]:
        """What no list shows: gone, where that is judged; what was entered by hand no list ever showed."""
        if naming is None or current[9]:
            self._upgrades.note(current[0], current[3], current[4], current[7], current[5])
        elif current[4] == LicenseStatus.TEMPORARY:
            self._waiting.append(_Waiting(naming, current, name, EndedWhy.VANISHED, None))
        else:
            naming.counts.vanished += 1
            yield _ended(naming, current, name, EndedWhy.VANISHED)

    def _back_again(
        self, known: ListOf, pack: int, license_id: int, seen: Sequence[Any], name: str, gone: Gone
    ) -> Changed | None:
        """What lies under a key now, where it is a license that is back again."""
        for one in gone.under(license_id):
            if same_license(one, seen):
                fields: Fields = license_fields(one, seen)
                number = one[0]
                self._back.add(number)
                self._note(known, number, pack, license_id, merged(one, fields))
                for name_of, value in zip(
                    ("ended_on", "ended_why", "succeeded_by_id"), one[10:], strict=True
                ):
                    if value is not None:
                        fields[name_of] = (value, None)
                return known.changed(IssuanceRow, number, fields, name)
        return None

    def _begun(self, listed: Listed, pack: int, seen: Sequence[Any]) -> New:
        known, license_id, name, _ = listed
        number = known.numbers.next(IssuanceRow)
        self._note(known, number, pack, license_id, seen, new=True)
        return New(IssuanceRow, new_license(number, pack, license_id, seen), name)

    def _note(
        self,
        known: ListOf,
        number: int,
        pack: int,
        license_id: int,
        cells: Sequence[Any],
        *,
        new: bool = False,
    ) -> None:
        """A license as it stands after the import: `cells` in the order of SEEN."""
        self._upgrades.note(number, cells[1], cells[2], cells[5], cells[3])
        if known.watch.wants(cells[1], cells[5], cells[0]):
            known.watch.noted.append(Noted(number, known.server, pack, license_id, new, known.day, *cells))

    def _end_temporary(self, one: _Waiting) -> Iterator[Difference]:
        active = self._upgrades.came_for(one.current[3], one.current[7])
        why = one.why if active is None else EndedWhy.UPGRADED
        if one.follows is None:
            one.known.counts.vanished += why is EndedWhy.VANISHED
            one.known.counts.changed += why is EndedWhy.UPGRADED
        yield _ended(one.known, one.current, one.name, why)
        if one.follows is not None:
            yield one.follows
        if active is not None:
            self._succeed(one.current[0], active, one.name)

    def _ended_before(self) -> Iterator[Difference]:
        """A temporary license that was gone already, and whose computer has an active one now."""
        for one in self._upgrades.ended:
            active = self._upgrades.came_for(one.computer, one.hardware_id)
            if active is None or one.number in self._back:
                continue
            name = f"{pack_reference(self._last.name, one.keypack_id, 0)}/{one.license_id}"
            self._last.counts.changed += 1
            fields: Fields = {"ended_why": (one.ended_why, EndedWhy.UPGRADED)}
            yield self._last.changed(IssuanceRow, one.number, fields, name)
            self._succeed(one.number, active, name)

    def _succeed(self, number: int, active: int, name: str) -> None:
        """Written last: the active one may be new itself."""
        self._succeeded.append(Changed(IssuanceRow, number, {"succeeded_by_id": (None, active)}, name))


class _Waiting(NamedTuple):
    known: ListOf
    current: Any
    name: str
    why: EndedWhy
    follows: Changed | New | None  # what lies under its key now


def _ended(known: ListOf, current: Any, name: str, why: EndedWhy) -> Changed:
    fields: Fields = {"ended_on": (None, known.day), "ended_why": (None, why)}
    return known.changed(IssuanceRow, current[0], fields, name)
