"""Compares the licenses that a server lists with the recorded ones, by License ID (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, cast

from tslic_admin.db.history.bulk import ChangedRow, NewRow, RowChange
from tslic_admin.db.history.recording import Value
from tslic_admin.db.license_queries import EndedLicense, RecordedLicense, ended_licenses, live_licenses
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow
from tslic_admin.db.staging import StagedLicense, StagedRefusal
from tslic_admin.domain.clocks import WHOLE_DAY, day_of, is_same_expiry, iso, moment, resolve_time, start_of
from tslic_admin.domain.licenses.issuances import (
    Comparison,
    EndedWhy,
    IssuedLicense,
    LicenseStatus,
    compare,
    real_hardware_id,
)
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.names import label_of
from tslic_admin.services.importing.comparison import (
    ListComparison,
    ListComparisons,
    WatchedLicense,
)
from tslic_admin.services.importing.hand_made_licenses import HandMadeLicenses, ListedLicense
from tslic_admin.services.importing.stock_comparison import reopening_fields
from tslic_admin.services.importing.upgrades import Upgrades
from tslic_admin.services.sealing import FieldChanges


class EndedLicenses:
    """The ended licenses of a key pack by License ID; looked up in ascending order of the License IDs."""

    def __init__(self, rows: Iterator[EndedLicense]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def under(self, license_id: int) -> list[EndedLicense]:
        """Those of one License ID, the one that ended last first."""
        licenses = []
        while self._next is not None and (self._next.license.license_id or 0) <= license_id:
            if self._next.license.license_id == license_id:
                licenses.append(self._next)
            self._next = next(self._rows, None)
        return sorted(licenses, key=lambda one: (one.ended_on, one.license.id), reverse=True)


def merge_by_key(
    rows: Iterator[StagedLicense], licenses: Iterator[RecordedLicense]
) -> Iterator[tuple[StagedLicense | None, RecordedLicense | None]]:
    """Listed rows and recorded licenses, paired by License ID; None where the other side has none."""
    recorded = next(licenses, None)
    for row in rows:
        license_id = row.license_id
        while recorded is not None and license_id is not None and (recorded.license_id or 0) < license_id:
            yield None, recorded
            recorded = next(licenses, None)
        if recorded is not None and recorded.license_id == license_id:
            yield row, recorded
            recorded = next(licenses, None)
        else:
            yield row, None
    while recorded is not None:
        yield None, recorded
        recorded = next(licenses, None)


def resolve_days(listed: IssuedLicense, recorded: RecordedLicense | None) -> IssuedLicense:
    """Give a day that is listed without a time the recorded time of that day, else the time at which it begins."""
    issued, expires = listed.issued_at or "", listed.expires_at or ""
    if not issued.endswith(WHOLE_DAY) and not expires.endswith(WHOLE_DAY):
        return listed
    issued_at, expires_at = (
        (recorded.listed.issued_at, recorded.listed.expires_at) if recorded is not None else (None, None)
    )
    return listed._replace(
        issued_at=resolve_time(listed.issued_at, issued_at),
        expires_at=resolve_time(listed.expires_at, expires_at),
    )


def same_license(recorded: RecordedLicense, listed: IssuedLicense) -> bool:
    """Whether a list shows the recorded license. An empty cell counts as the recorded value.

    Some forms leave out fractions of a second. Of a license that was entered by hand only the day is known.
    """
    existing = recorded.listed
    # at midnight sharp only the day may be known: a list gave it without a time
    day = bool(recorded.by_hand) or _at_midnight(existing.issued_at)
    incoming = listed._replace(
        computer=listed.computer or existing.computer,
        user=listed.user or existing.user,
        issued_at=_truncate_time(listed.issued_at or existing.issued_at, day=day),
    )
    existing = existing._replace(issued_at=_truncate_time(existing.issued_at or listed.issued_at, day=day))
    return compare(existing, incoming) is Comparison.SAME


def _at_midnight(at: str | None) -> bool:
    day = day_of(at)
    return day is not None and start_of(day) == at


def _truncate_time(at: str | None, *, day: bool) -> str | None:
    """A time without fractions of a second, or its local day."""
    if at is None:
        return None
    return str(day_of(at)) if day else iso(moment(at).replace(microsecond=0))


def differing_license_fields(recorded: RecordedLicense, listed: IssuedLicense) -> FieldChanges:
    """The fields in which a listed row differs from the same license as recorded. An empty cell is no difference."""
    fields: FieldChanges = {
        name: (old, new)
        for name, old, new in zip(IssuedLicense._fields, recorded.listed, listed, strict=True)
        if new is not None and new != old and not is_same_expiry(old, new)
    }
    if real_hardware_id(recorded.listed.hardware_id) and not real_hardware_id(listed.hardware_id):
        fields.pop("hardware_id", None)  # zeros are as empty as an empty cell
    if "computer" in fields:
        fields["computer_label"] = (None, label_of(str(listed.computer)))
    first, issued = recorded.first_issued_at, listed.issued_at
    if issued is not None and (first is None or moment(issued) < moment(first)):
        fields["first_issued_at"] = (first, issued)
    if recorded.by_hand:
        fields["by_hand"] = (1, 0)
    return fields


def merge_fields(existing: IssuedLicense, fields: FieldChanges) -> IssuedLicense:
    """The values that a license has after the differences are written."""
    return IssuedLicense._make(
        fields[name][1] if name in fields else old
        for name, old in zip(IssuedLicense._fields, existing, strict=True)
    )


def new_license(number: int, pack: int, license_id: int | None, listed: IssuedLicense) -> dict[str, Value]:
    """The row of a license that a list shows for the first time."""
    return {
        "id": number,
        "key_pack_id": pack,
        "license_id": license_id,
        **listed._asdict(),
        "computer_label": label_of(listed.computer) if listed.computer else None,
        "first_issued_at": listed.issued_at,
        "by_hand": 0,
    }


def compare_licenses(lists: ListComparisons, rows: Iterator[StagedLicense]) -> Iterator[RowChange]:
    """Compare the rows of Win32_TSIssuedLicense pack by pack; a license of an unknown key pack is refused.

    All files of one import are one snapshot. `lists` may be those of key packs: then there are no rows, and only
    the licenses of key packs that vanished end.
    """
    yield from _LicenseComparison(lists).differences(rows)


class _LicenseComparison:
    """The comparison of the licenses of one server.

    The end of a temporary license is written after all lists were compared: only then it is known whether
    an active license replaced it.
    """

    def __init__(self, lists: ListComparisons) -> None:
        self._lists = lists
        self._last: ListComparison = max(lists.values(), key=lambda one: one.taken_at)
        self._packs = self._last.packs
        # a license that is not in the files has ended only if every row of the files could be read
        self._all_readable = all(one.readable for one in lists.values())
        # by Keypack ID: the list that decides which licenses of the pack have ended
        self._end_lists = {
            keypack_id: lists[file] for file, keypack_id in sorted(self._packs.licensed) if file in lists
        }
        self._upgrades = Upgrades(self._last.session, self._last.server)
        self._watching = bool(self._upgrades) or bool(self._last.watch)
        self._pending: list[_PendingEnd] = []
        self._reopened: set[int] = set()
        self._successions: list[ChangedRow] = []

    def differences(self, rows: Iterator[StagedLicense]) -> Iterator[RowChange]:
        compared = set()
        for keypack_id, of_pack in groupby(rows, key=attrgetter("keypack_id")):
            compared.add(self._packs.number(keypack_id))
            yield from self._listed_pack(keypack_id, of_pack)
        is_complete = self._last.subject == "licenses" and self._last.complete and self._all_readable
        unlisted_packs = [*self._packs.vanished, *(self._packs.open() if is_complete else ())]
        for pack in unlisted_packs:
            if pack.id not in compared:
                compared.add(pack.id)
                reference = pack_reference(self._last.name, pack.keypack_id, pack.id)
                yield from self._compare_pack(pack.id, reference, self._last, iter(()))
        if self._upgrades:
            for pack in self._packs.by_keypack_id.values():
                if pack.id not in compared:
                    self._upgrades.note_pack(pack.id)
        for one in self._pending:
            yield from self._end_temporary(one)
        yield from self._upgrade_ended()
        yield from self._successions

    def _listed_pack(self, keypack_id: int, rows: Iterator[StagedLicense]) -> Iterator[RowChange]:
        reference = pack_reference(self._last.name, keypack_id, 0)
        number = self._packs.number(keypack_id)
        differing_field = self._packs.contradicted.get(keypack_id)
        code, facts = "", self._packs.moved_to(keypack_id)
        if facts is not None:
            code = "pack-moved"
        elif differing_field is not None:
            code, facts = "pack-by-hand-differs", {"pack": reference, "field": differing_field}
        elif number is None:
            code, facts = "pack-unseen", {"pack": reference}
        if number is not None and facts is None:
            comparison, pack = self._end_lists.get(keypack_id), self._packs.by_keypack_id.get(keypack_id)
            if comparison is not None and pack is not None and (fields := reopening_fields(comparison, pack)):
                yield comparison.changed(KeyPackRow, number, fields, reference)
            yield from self._compare_pack(number, reference, comparison, rows)
            return
        for row in rows:
            taken = self._lists.get(row.file)
            if taken is not None and not row.refused:
                value = f"{keypack_id}/{'#' if row.license_id is None else row.license_id}"
                taken.refuse(StagedRefusal(row.line, value, code, facts or {}))

    def _compare_pack(
        self, pack: int, reference: str, end_list: ListComparison | None, rows: Iterator[StagedLicense]
    ) -> Iterator[RowChange]:
        """Compare the rows of one pack. `end_list`: the list that decides which licenses of the pack have ended, or None.

        It is None if no accepted list names the pack.
        """
        session = self._last.session
        ended = EndedLicenses(ended_licenses(session, pack))
        by_hand = HandMadeLicenses(session, (pack, self._packs.merged.get(pack, pack)))
        for row, current in merge_by_key(rows, live_licenses(session, pack)):
            if row is None:
                unlisted = cast("RecordedLicense", current)  # one of the two is there
                name = f"{reference}/{unlisted.license_id}"
                yield from self._end_unlisted(end_list if self._all_readable else None, unlisted, name)
                continue
            comparison = self._lists.get(row.file)
            if comparison is None or row.refused:
                continue  # the row is refused, but the license is on the server
            license_id, listed = row.license_id, resolve_days(row.listed, current)
            if license_id is None:
                yield from self._take_hand_made(comparison, pack, reference, listed, by_hand)
                continue
            counts = comparison.counts
            if current is not None and current.listed == listed and not current.by_hand:
                counts.unchanged += 1
                if self._watching:
                    self._note(comparison, current.id, pack, license_id, listed)
                continue
            name = f"{reference}/{license_id}"
            if current is not None and same_license(current, listed):
                fields = differing_license_fields(current, listed)
                if self._watching:
                    merged = merge_fields(current.listed, fields)
                    self._note(comparison, current.id, pack, license_id, merged)
                counts.changed += bool(fields)
                counts.unchanged += not fields
                if fields:
                    yield comparison.changed(IssuanceRow, current.id, fields, name)
                continue
            license_ = ListedLicense(comparison, license_id, name, listed, current)
            back = self._reopen(license_, pack, ended)
            if back is not None or not by_hand or not by_hand.hold_back(license_):
                yield from self._replace(license_, back or self._insert(license_, pack))
        for license_, recorded in by_hand.resolve(reference):
            yield from self._replace(license_, self._adopt(license_, pack, recorded))
        for one in by_hand.unlisted():
            self._upgrades.note(one.id, one.listed)

    def _replace(self, listed: ListedLicense, successor: ChangedRow | NewRow) -> Iterator[RowChange]:
        """Write the license that has this License ID now; the one that had it before was replaced."""
        comparison, replaced = listed.comparison, listed.replaces
        if replaced is None:
            comparison.counts.new += isinstance(successor, NewRow)
            comparison.counts.changed += isinstance(successor, ChangedRow)
            yield successor
            return
        comparison.counts.changed += 1
        if replaced.listed.status == LicenseStatus.TEMPORARY:
            self._pending.append(_PendingEnd(comparison, replaced, listed.name, EndedWhy.REPLACED, successor))
        else:
            yield _end_license(comparison, replaced, listed.name, EndedWhy.REPLACED)
            yield successor

    def _adopt(
        self, license_: ListedLicense, pack: int, by_hand: RecordedLicense | None
    ) -> ChangedRow | NewRow:
        """Give the license entered by hand that was matched its License ID; without a match the listed one is new."""
        if by_hand is None:
            return self._insert(license_, pack)
        comparison, license_id = license_.comparison, license_.license_id
        fields: FieldChanges = {"license_id": (None, license_id)}
        fields |= differing_license_fields(by_hand, license_.listed)
        self._note(comparison, by_hand.id, pack, license_id, merge_fields(by_hand.listed, fields), new=True)
        return comparison.changed(IssuanceRow, by_hand.id, fields, license_.name)

    def _take_hand_made(
        self,
        comparison: ListComparison,
        pack: int,
        reference: str,
        listed: IssuedLicense,
        by_hand: HandMadeLicenses,
    ) -> Iterator[RowChange]:
        """Take a license entered by hand from an export of this program: record it as entered by hand, unless it is recorded."""
        if by_hand.contains(listed):
            comparison.counts.unchanged += 1
            return
        comparison.counts.new += 1
        number = comparison.numbers.next(IssuanceRow)
        values = new_license(number, pack, None, listed) | {"by_hand": 1}
        yield NewRow(IssuanceRow, values, license_reference(reference, None, number))

    def _end_unlisted(
        self, end_list: ListComparison | None, recorded: RecordedLicense, name: str
    ) -> Iterator[RowChange]:
        """A license that no list shows ends, unless `end_list` is None or it was entered by hand."""
        if end_list is None or recorded.by_hand:
            # the license is still listed, so a temporary license may have been upgraded to it
            self._upgrades.note(recorded.id, recorded.listed)
        elif recorded.listed.status == LicenseStatus.TEMPORARY:
            self._pending.append(_PendingEnd(end_list, recorded, name, EndedWhy.VANISHED, None))
        else:
            end_list.counts.vanished += 1
            yield _end_license(end_list, recorded, name, EndedWhy.VANISHED)

    def _reopen(self, license_: ListedLicense, pack: int, ended: EndedLicenses) -> ChangedRow | None:
        """The ended license that the list shows again under its License ID; None if it is another license."""
        comparison, license_id = license_.comparison, license_.license_id
        for one in ended.under(license_id):
            if same_license(one.license, license_.listed):
                fields: FieldChanges = differing_license_fields(one.license, license_.listed)
                number = one.license.id
                self._reopened.add(number)
                self._note(comparison, number, pack, license_id, merge_fields(one.license.listed, fields))
                fields["ended_on"] = (one.ended_on, None)
                fields["ended_why"] = (one.ended_why, None)
                if one.succeeded_by_id is not None:
                    fields["succeeded_by_id"] = (one.succeeded_by_id, None)
                return comparison.changed(IssuanceRow, number, fields, license_.name)
        return None

    def _insert(self, license_: ListedLicense, pack: int) -> NewRow:
        comparison, license_id, listed = license_.comparison, license_.license_id, license_.listed
        number = comparison.numbers.next(IssuanceRow)
        self._note(comparison, number, pack, license_id, listed, new=True)
        return NewRow(IssuanceRow, new_license(number, pack, license_id, listed), license_.name)

    def _note(
        self,
        comparison: ListComparison,
        number: int,
        pack: int,
        license_id: int,
        listed: IssuedLicense,
        *,
        new: bool = False,
    ) -> None:
        """The values that a license has after the import."""
        self._upgrades.note(number, listed)
        if comparison.watch.matches(listed):
            comparison.watch.licenses.append(
                WatchedLicense(number, comparison.server, pack, license_id, new, comparison.day, listed)
            )

    def _end_temporary(self, one: _PendingEnd) -> Iterator[RowChange]:
        ending = one.license.listed
        active = self._upgrades.upgrade_of(ending.computer, ending.hardware_id)
        why = one.why if active is None else EndedWhy.UPGRADED
        if one.successor is None:
            one.comparison.counts.vanished += why is EndedWhy.VANISHED
            one.comparison.counts.changed += why is EndedWhy.UPGRADED
        yield _end_license(one.comparison, one.license, one.name, why)
        if one.successor is not None:
            yield one.successor
        if active is not None:
            self._succeed(one.license.id, active, one.name)

    def _upgrade_ended(self) -> Iterator[RowChange]:
        """Mark temporary licenses that ended before this import as upgraded where their computer has an active one now."""
        for one in self._upgrades.ended:
            active = self._upgrades.upgrade_of(one.computer, one.hardware_id)
            if active is None or one.number in self._reopened:
                continue
            name = license_reference(pack_reference(self._last.name, one.keypack_id, 0), one.license_id, 0)
            self._last.counts.changed += 1
            fields: FieldChanges = {"ended_why": (one.ended_why, EndedWhy.UPGRADED)}
            yield self._last.changed(IssuanceRow, one.number, fields, name)
            self._succeed(one.number, active, name)

    def _succeed(self, number: int, active: int, name: str) -> None:
        """Set the successor of a license. Written last: the active license may be new itself."""
        self._successions.append(ChangedRow(IssuanceRow, number, {"succeeded_by_id": (None, active)}, name))


class _PendingEnd(NamedTuple):
    """A temporary license that ends; why is decided after all lists were compared."""

    comparison: ListComparison
    license: RecordedLicense
    name: str
    why: EndedWhy
    successor: ChangedRow | NewRow | None  # the license that has its License ID now


def _end_license(
    comparison: ListComparison, recorded: RecordedLicense, name: str, why: EndedWhy
) -> ChangedRow:
    fields: FieldChanges = {"ended_on": (None, comparison.day), "ended_why": (None, why)}
    return comparison.changed(IssuanceRow, recorded.id, fields, name)
