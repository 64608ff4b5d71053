"""Compares the licenses that a server lists with the recorded ones, by License ID (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from tslic_admin.db.history.bulk import ChangedRow, NewRow, RowChange
from tslic_admin.db.history.recording import Value
from tslic_admin.db.license_queries import EndedLicense, RecordedLicense, ended_licenses, live_licenses
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow
from tslic_admin.db.staging import StagedRefusal
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
    StagedRows,
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
    rows: StagedRows, licenses: Iterator[RecordedLicense]
) -> Iterator[tuple[Any, RecordedLicense | None]]:
    """Listed rows and recorded licenses, paired by License ID; None where the other side has none."""
    recorded = next(licenses, None)
    for row in rows:
        while recorded is not None and row[4] is not None and (recorded.license_id or 0) < row[4]:
            yield None, recorded
            recorded = next(licenses, None)
        if recorded is not None and recorded.license_id == row[4]:
            yield row, recorded
            recorded = next(licenses, None)
        else:
            yield row, None
    while recorded is not None:
        yield None, recorded
        recorded = next(licenses, None)


# what a list says of a license, in the order of its cells and of RecordedLicense
LISTED_COLUMNS = ("user", "computer", "status", "issued_at", "expires_at", "hardware_id")


def resolve_days(cells: list[Any], recorded: RecordedLicense | None) -> None:
    """Give a day that is listed without a time the recorded time of that day, else the time at which it begins."""
    times = (recorded.issued_at, recorded.expires_at) if recorded is not None else (None, None)
    for place, time in zip((3, 4), times, strict=True):
        if cells[place] is not None and cells[place].endswith(WHOLE_DAY):
            cells[place] = resolve_time(cells[place], time)


def same_license(recorded: RecordedLicense, cells: Sequence[Any]) -> bool:
    """Whether a list shows the recorded license. An empty cell counts as the recorded value.

    Some forms leave out fractions of a second. Of a license that was entered by hand only the day is known.
    """
    user, computer, status, issued_at, expires_at, hardware_id = recorded[2:8]
    # at midnight sharp only the day may be known: a list gave it without a time
    day = bool(recorded.by_hand) or _at_midnight(issued_at)
    recorded_time = _truncate_time(issued_at or cells[3], day=day)
    listed_time = _truncate_time(cells[3] or issued_at, day=day)
    existing = IssuedLicense(computer, user, status, recorded_time, expires_at, hardware_id)
    incoming = IssuedLicense(
        cells[1] or computer, cells[0] or user, cells[2], listed_time, cells[4], cells[5]
    )
    return compare(existing, incoming) is Comparison.SAME


def _at_midnight(at: str | None) -> bool:
    day = day_of(at)
    return day is not None and start_of(day) == at


def _truncate_time(at: str | None, *, day: bool) -> str | None:
    """A time without fractions of a second, or its local day."""
    if at is None:
        return None
    return str(day_of(at)) if day else iso(moment(at).replace(microsecond=0))


def differing_license_fields(recorded: RecordedLicense, cells: Sequence[Any]) -> FieldChanges:
    """The fields in which a listed row differs from the same license as recorded. An empty cell is no difference."""
    fields: FieldChanges = {
        name: (old, new)
        for name, old, new in zip(LISTED_COLUMNS, recorded[2:8], cells, strict=True)
        if new is not None and new != old and not is_same_expiry(old, new)
    }
    if real_hardware_id(recorded.hardware_id) and not real_hardware_id(cells[5]):
        fields.pop("hardware_id", None)  # zeros are as empty as an empty cell
    if "computer" in fields:
        fields["computer_label"] = (None, label_of(str(fields["computer"][1])))
    first, issued = recorded.first_issued_at, cells[3]
    if issued is not None and (first is None or moment(issued) < moment(first)):
        fields["first_issued_at"] = (first, issued)
    if recorded.by_hand:
        fields["by_hand"] = (1, 0)
    return fields


def merge_fields(recorded: RecordedLicense, fields: FieldChanges) -> list[Any]:
    """The values of a license after its differences are written, in the order of LISTED_COLUMNS."""
    return [
        fields[name][1] if name in fields else recorded[n] for n, name in enumerate(LISTED_COLUMNS, start=2)
    ]


def new_license(number: int, pack: int, license_id: int | None, cells: Sequence[Any]) -> dict[str, Value]:
    """The row of a license that a list shows for the first time."""
    user, computer, status, issued_at, expires_at, hardware_id = cells
    return {
        "id": number,
        "key_pack_id": pack,
        "license_id": license_id,
        "user": user,
        "computer": computer,
        "computer_label": label_of(computer) if computer else None,
        "status": status,
        "issued_at": issued_at,
        "first_issued_at": issued_at,
        "expires_at": expires_at,
        "hardware_id": hardware_id,
        "by_hand": 0,
    }


def compare_licenses(lists: ListComparisons, rows: StagedRows) -> Iterator[RowChange]:
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

    def differences(self, rows: StagedRows) -> Iterator[RowChange]:
        compared = set()
        for keypack_id, of_pack in groupby(rows, key=itemgetter(3)):
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

    def _listed_pack(self, keypack_id: int, rows: StagedRows) -> Iterator[RowChange]:
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
        for file, refused, line, _, license_id, *_ in rows:
            taken = self._lists.get(file)
            if taken is not None and not refused:
                value = f"{keypack_id}/{'#' if license_id is None else license_id}"
                taken.refuse(StagedRefusal(line, value, code, facts or {}))

    def _compare_pack(
        self, pack: int, reference: str, end_list: ListComparison | None, rows: StagedRows
    ) -> Iterator[RowChange]:
        """Compare the rows of one pack. `end_list`: the list that decides which licenses of the pack have ended, or None.

        It is None if no accepted list names the pack.
        """
        session = self._last.session
        ended = EndedLicenses(ended_licenses(session, pack))
        by_hand = HandMadeLicenses(session, (pack, self._packs.merged.get(pack, pack)))
        for row, current in merge_by_key(rows, live_licenses(session, pack)):
            if row is None and current is not None:
                name = f"{reference}/{current.license_id}"
                yield from self._end_unlisted(end_list if self._all_readable else None, current, name)
                continue
            file, refused, _, _, license_id, *cells = row
            comparison = self._lists.get(file)
            if comparison is None or refused:
                continue  # the row is refused, but the license is on the server
            resolve_days(cells, current)
            if license_id is None:
                yield from self._take_hand_made(comparison, pack, reference, cells, by_hand)
                continue
            counts = comparison.counts
            if current is not None and current[2:8] == tuple(cells) and not current.by_hand:
                counts.unchanged += 1
                if self._watching:
                    self._note(comparison, current.id, pack, license_id, cells)
                continue
            name = f"{reference}/{license_id}"
            if current is not None and same_license(current, cells):
                fields = differing_license_fields(current, cells)
                if self._watching:
                    self._note(comparison, current.id, pack, license_id, merge_fields(current, fields))
                counts.changed += bool(fields)
                counts.unchanged += not fields
                if fields:
                    yield comparison.changed(IssuanceRow, current.id, fields, name)
                continue
            back = self._reopen(comparison, pack, license_id, cells, name, ended)
            listed = ListedLicense(comparison, license_id, name, current)
            if back is not None or not by_hand or not by_hand.hold_back(listed, cells):
                yield from self._replace(listed, back or self._insert(listed, pack, cells))
        for listed, cells, recorded in by_hand.resolve(reference):
            yield from self._replace(listed, self._adopt(listed, pack, cells, recorded))
        for one in by_hand.unlisted():
            self._note_unlisted(one)

    def _replace(self, listed: ListedLicense, successor: ChangedRow | NewRow) -> Iterator[RowChange]:
        """Write the license that has this License ID now; the one that had it before was replaced."""
        comparison, _, name, replaced = listed
        if replaced is None:
            comparison.counts.new += isinstance(successor, NewRow)
            comparison.counts.changed += isinstance(successor, ChangedRow)
            yield successor
            return
        comparison.counts.changed += 1
        if replaced.status == LicenseStatus.TEMPORARY:
            self._pending.append(_PendingEnd(comparison, replaced, name, EndedWhy.REPLACED, successor))
        else:
            yield _end_license(comparison, replaced, name, EndedWhy.REPLACED)
            yield successor

    def _adopt(
        self, listed: ListedLicense, pack: int, cells: Sequence[Any], by_hand: RecordedLicense | None
    ) -> ChangedRow | NewRow:
        """Give the license entered by hand that was matched its License ID; without a match the listed one is new."""
        comparison, license_id, name, _ = listed
        if by_hand is None:
            return self._insert(listed, pack, cells)
        fields: FieldChanges = {"license_id": (None, license_id), **differing_license_fields(by_hand, cells)}
        self._note(comparison, by_hand.id, pack, license_id, merge_fields(by_hand, fields), new=True)
        return comparison.changed(IssuanceRow, by_hand.id, fields, name)

    def _take_hand_made(
        self,
        comparison: ListComparison,
        pack: int,
        reference: str,
        cells: Sequence[Any],
        by_hand: HandMadeLicenses,
    ) -> Iterator[RowChange]:
        """Take a license entered by hand from an export of this program: record it as entered by hand, unless it is recorded."""
        if by_hand.contains(cells):
            comparison.counts.unchanged += 1
            return
        comparison.counts.new += 1
        number = comparison.numbers.next(IssuanceRow)
        values = new_license(number, pack, None, cells) | {"by_hand": 1}
        yield NewRow(IssuanceRow, values, license_reference(reference, None, number))

    def _end_unlisted(
        self, end_list: ListComparison | None, recorded: RecordedLicense, name: str
    ) -> Iterator[RowChange]:
        """A license that no list shows ends, unless `end_list` is None or it was entered by hand."""
        if end_list is None or recorded.by_hand:
            self._note_unlisted(recorded)
        elif recorded.status == LicenseStatus.TEMPORARY:
            self._pending.append(_PendingEnd(end_list, recorded, name, EndedWhy.VANISHED, None))
        else:
            end_list.counts.vanished += 1
            yield _end_license(end_list, recorded, name, EndedWhy.VANISHED)

    def _reopen(
        self,
        comparison: ListComparison,
        pack: int,
        license_id: int,
        cells: Sequence[Any],
        name: str,
        ended: EndedLicenses,
    ) -> ChangedRow | None:
        """The ended license that the list shows again under its License ID; None if it is another license."""
        for one in ended.under(license_id):
            if same_license(one.license, cells):
                fields: FieldChanges = differing_license_fields(one.license, cells)
                number = one.license.id
                self._reopened.add(number)
                self._note(comparison, number, pack, license_id, merge_fields(one.license, fields))
                fields["ended_on"] = (one.ended_on, None)
                fields["ended_why"] = (one.ended_why, None)
                if one.succeeded_by_id is not None:
                    fields["succeeded_by_id"] = (one.succeeded_by_id, None)
                return comparison.changed(IssuanceRow, number, fields, name)
        return None

    def _insert(self, listed: ListedLicense, pack: int, cells: Sequence[Any]) -> NewRow:
        comparison, license_id, name, _ = listed
        number = comparison.numbers.next(IssuanceRow)
        self._note(comparison, number, pack, license_id, cells, new=True)
        return NewRow(IssuanceRow, new_license(number, pack, license_id, cells), name)

    def _note(
        self,
        comparison: ListComparison,
        number: int,
        pack: int,
        license_id: int,
        cells: Sequence[Any],
        *,
        new: bool = False,
    ) -> None:
        """A license as it stands after the import: `cells` in the order of LISTED_COLUMNS."""
        self._upgrades.note(number, cells[1], cells[2], cells[5], cells[3])
        if comparison.watch.matches(cells[1], cells[5], cells[0]):
            comparison.watch.licenses.append(
                WatchedLicense(number, comparison.server, pack, license_id, new, comparison.day, *cells)
            )

    def _note_unlisted(self, license_: RecordedLicense) -> None:
        """A license that no list shows and that stays: a temporary one may have been upgraded to it."""
        self._upgrades.note(
            license_.id, license_.computer, license_.status, license_.hardware_id, license_.issued_at
        )

    def _end_temporary(self, one: _PendingEnd) -> Iterator[RowChange]:
        active = self._upgrades.upgrade_of(one.license.computer, one.license.hardware_id)
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
