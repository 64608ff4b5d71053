"""Imports evidence: matches it with the licenses as they stand after the lists of the same import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, NewRow, RowChange, RowNumbers
from tslic_admin.db.history.recording import Value
from tslic_admin.db.license_queries import recorded_evidence
from tslic_admin.db.schema.tables import EvidenceRow, SnapshotRow
from tslic_admin.db.staging import StagedEvidence, StagedRefusal
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.evidence import CandidateLicense, find_matches
from tslic_admin.services.evidence.matching import CandidateNames, Candidates, claim_of, find_candidates
from tslic_admin.services.evidence.servers import EvidenceServers, ServersOfEvidence
from tslic_admin.services.importing.comparison import Counts, ServerPacks, Watch, WatchedLicense
from tslic_admin.services.importing.files import StagedFile, StagedFiles
from tslic_admin.services.importing.import_lists import future_refusal, snapshot_time
from tslic_admin.services.importing.questions import MatchResolver
from tslic_admin.services.importing.results import DifferencePreview, FileResult, LinkQuestion, Unmatched
from tslic_admin.services.sealing import now
from tslic_admin.wording.importing.evidence import about_text

MOST_QUESTIONS = 50  # questions that an import asks; a thousand would not be answered
MOST_UNMATCHED = 200  # pieces of evidence that are listed one by one


@dataclass
class _EvidenceGroup:
    """The evidence of one file about one server, or about no certain server."""

    file: StagedFile
    server: str | None
    counts: Counts = field(default_factory=Counts)
    questions: list[LinkQuestion] = field(default_factory=list)
    preview: DifferencePreview = field(default_factory=DifferencePreview)
    unmatched: int = 0
    unmatched_examples: list[Unmatched] = field(default_factory=list)

    def add_unmatched(self, one: Unmatched) -> None:
        self.unmatched += 1
        if len(self.unmatched_examples) < MOST_UNMATCHED:
            self.unmatched_examples.append(one)


class ImportEvidence:
    """`begin` it, `watch` before the lists are compared, take its `differences` after them, ask for the `results`."""

    def __init__(self, session: Session, numbers: RowNumbers, staged: StagedFiles) -> None:
        self._session, self._numbers, self._staged = session, numbers, staged
        self._groups: dict[tuple[int, str | None], _EvidenceGroup] = {}
        self._candidates = Candidates()
        # by the name and the product ID in the evidence
        self._servers: dict[tuple[str | None, str | None], ServersOfEvidence] = {}
        self._names: dict[int, str] = {}
        self._resolver = MatchResolver(
            "evidence", staged.options.answers, once=False, most_questions=MOST_QUESTIONS
        )
        self._future_files: set[int] = set()  # files with a time in the future

    def begin(self, new_servers: Mapping[int, str]) -> None:
        """Find the servers that the evidence can be about; refuse evidence of another server than the user gave."""
        default_server = self._staged.options.server
        servers = EvidenceServers(self._session, new_servers)
        self._names = servers.names
        for one in self._staged.staging.evidence():
            if self._refuse_future_file(one.file):
                continue
            key = (one.server, one.values.server_product_id)
            contradicting = servers.other_server(*key, default_server)
            if contradicting is not None:
                facts = {"server": default_server}
                self._staged.staging.refuse(
                    one.file, [StagedRefusal(one.line, contradicting, "server-other", facts)]
                )
            elif key not in self._servers:
                self._servers[key] = servers.resolve(*key, default_server)

    def watch(self, watch: Watch) -> None:
        """Read the licenses that the evidence may be about before anything is written; watch the lists for more."""
        names = CandidateNames()
        for one in self._accepted_rows():
            if not one.repeated:
                names.add(one.values.computer, one.values.hardware_id, one.values.user)
        if names:
            self._candidates = find_candidates(self._session, names)
            watch.labels |= names.labels
            watch.digits |= names.hardware
            watch.users |= names.users

    def differences(
        self, watch: Watch, packs: Mapping[int, ServerPacks], progress: Progress | None
    ) -> Iterator[RowChange]:
        """New evidence, and recorded evidence whose license is found only now."""
        self._overlay(watch.licenses, packs)
        for done, one in enumerate(self._accepted_rows(), start=1):
            if progress is not None and done % 1000 == 0:
                progress(done, None)
            servers = self._servers[one.server, one.values.server_product_id]
            group = self._group(one.file, servers.name)
            recorded = None if one.repeated else recorded_evidence(self._session, one.values.identity)
            if one.repeated or (recorded is not None and recorded.issuance_id is not None):
                group.counts.unchanged += 1
                continue
            claim = claim_of(one.values, servers.numbers)
            match = find_matches(claim, self._candidates.matching(claim))
            about = about_text(one.values)
            license_ = self._resolver.resolve(
                match,
                f"{group.file.name}:{one.line}, {about}",
                lambda candidate: (candidate.number, candidate.name),
                group,
                counted=recorded is None,
            )
            if recorded is None:
                group.counts.new += 1
                if not match.candidates:
                    group.add_unmatched(Unmatched(one.line, about))
                new = self._new(group, one, license_)
                group.preview.add(new)
                yield new
            elif license_ is None:
                group.counts.unchanged += 1
            else:
                group.counts.changed += 1
                fields: dict[str, tuple[Value, Value]] = {"issuance_id": (None, license_.number)}
                linked = ChangedRow(EvidenceRow, recorded.id, fields, license_.name)
                group.preview.add(linked)
                yield linked
        self._resolver.count_ambiguous()

    def snapshots(self) -> Iterator[NewRow]:
        """The record of each file that evidence was taken from."""
        for group in {one.file.number: one for one in self._groups.values()}.values():
            file, options = group.file, self._staged.options
            yield NewRow(
                SnapshotRow,
                {
                    "id": self._numbers.next(SnapshotRow),
                    "subject": "evidence",
                    "taken_at": iso(snapshot_time(self._session, file, options)),
                    "complete": 0,
                    "file_name": file.name,
                    "file_size": file.size,
                    "file_sha256": file.sha256,
                    "format": file.format or "",
                    "date_order": file.date_order,
                    "time_zone": options.time_zone,
                },
                file.name,
            )

    def results(self, refusals: dict[int, list[tuple[int | None, StagedRefusal]]]) -> Iterator[FileResult]:
        """One for each file and server. `refusals`: those of a file that stand with no list of it yet."""
        for group in self._groups.values():
            refused = tuple(refusal for _, refusal in refusals[group.file.number])
            refusals[group.file.number] = []
            counts = group.counts
            yield FileResult(
                group.file.name,
                group.file.format,
                group.server,
                "evidence",
                iso(snapshot_time(self._session, group.file, self._staged.options)),
                counts.new,
                counts.changed,
                counts.unchanged,
                linked=counts.linked,
                ambiguous=counts.ambiguous,
                questions=tuple(group.questions),
                refused=refused,
                differences=tuple(group.preview.differences),
                unmatched=group.unmatched,
                unmatched_examples=tuple(group.unmatched_examples),
            )

    @property
    def files(self) -> set[int]:
        """The files that brought any."""
        return {file for file, _ in self._groups}

    def _refuse_future_file(self, file: int) -> bool:
        staged = self._staged.files[file]
        if file not in self._future_files and snapshot_time(
            self._session, staged, self._staged.options
        ) > now(self._session):
            self._future_files.add(file)
            taken = snapshot_time(self._session, staged, self._staged.options)
            refusal = future_refusal(self._session, staged.name, iso(taken))
            self._staged.staging.refuse(file, [refusal])
        return file in self._future_files

    def _accepted_rows(self) -> Iterator[StagedEvidence]:
        return (
            one
            for one in self._staged.staging.evidence()
            if one.file not in self._future_files
            and (one.server, one.values.server_product_id) in self._servers
        )

    def _group(self, file: int, server: str | None) -> _EvidenceGroup:
        return self._groups.setdefault((file, server), _EvidenceGroup(self._staged.files[file], server))

    def _new(
        self, group: _EvidenceGroup, evidence: StagedEvidence, license_: CandidateLicense | None
    ) -> NewRow:
        file = group.file
        row: dict[str, Value] = {
            "id": self._numbers.next(EvidenceRow),
            **evidence.values._asdict(),
            "server": evidence.server if evidence.server is not None else group.server,
            "issuance_id": license_.number if license_ is not None else None,
            "file_name": file.name,
            "file_sha256": file.sha256,
        }
        return NewRow(EvidenceRow, row, license_.name if license_ is not None else file.name)

    def _overlay(self, licenses: list[WatchedLicense], packs: Mapping[int, ServerPacks]) -> None:
        """Licenses as the lists of this import say them, whether that is written yet or not."""
        packs_by_server = {server: packs[server].by_number() for server in {one.server for one in licenses}}
        for one in licenses:
            pack, listed = packs_by_server[one.server][one.pack], one.listed
            name = license_reference(
                pack_reference(self._names[one.server], pack.keypack_id, one.pack), one.license_id, one.number
            )
            recorded = self._candidates.get(one.number)
            self._candidates.add(
                CandidateLicense(
                    one.number,
                    one.server,
                    name,
                    listed.computer,
                    listed.user,
                    listed.hardware_id,
                    listed.status,
                    listed.issued_at,
                    recorded.first_issued_at if recorded is not None else listed.issued_at,
                    listed.expires_at,
                    None,
                    pack.product_version,
                    pack.product_version_id,
                    pack.product_type,
                    pack.key_pack_type,
                ),
                (one.pack, one.license_id),
                on=one.on,
            )
