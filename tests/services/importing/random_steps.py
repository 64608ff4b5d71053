"""Strategies for what servers list and what a user records, at random, and the acts that record it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from services.importer import HARDWARE, OTHER_HARDWARE, ZEROS

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.records import packs, transfers
from tslic_admin.services.reissue import calls, requests

COMPUTERS = ["PC1", "pc1", "PC1.corp.example", "PC2", "", " "]
DAYS = ["20260105100000.000000-000", "20260106100000.000000-000", ""]
LISTED_PACK = st.fixed_dictionaries(
    {
        "KeyPackId": st.integers(2, 4),
        "TotalLicenses": st.sampled_from([25, 25, 25, 3, ""]),
        "IssuedLicenses": st.integers(0, 3),
        "ProductType": st.sampled_from([0] * 9 + [1]),
    }
)
LISTED_LICENSE = st.fixed_dictionaries(
    {
        "KeyPackId": st.integers(2, 4),
        "LicenseId": st.integers(1, 3),
        "sIssuedToComputer": st.sampled_from(COMPUTERS),
        "sHardwareId": st.sampled_from([HARDWARE, OTHER_HARDWARE, ZEROS, ""]),
        "IssueDate": st.sampled_from(DAYS),
        "LicenseStatus": st.sampled_from([1, 2, 2, 2, ""]),
        "ExpirationDate": st.sampled_from(["20260520100000.000000-000", "20260620100000.000000-000"]),
    }
)
ACT = st.tuples(
    st.sampled_from(["transfer", "collect", "record", "policy", "by-hand"]), st.integers(0, 50), st.booleans()
)


def act(store: Store, what: str, number: int, adopt: bool) -> None:
    """Record something; where a rule refuses it, nothing is."""

    def pick(table: type[Any]) -> Any:
        rows = session.query(table).order_by(table.id).all()
        return rows[number % len(rows)] if rows else None

    try:
        with store.writing() as session:
            license_, pack, server, request = map(pick, (IssuanceRow, KeyPackRow, ServerRow, RequestRow))
            match what:
                case "transfer" if license_:
                    transfers.mark(
                        session,
                        license_,
                        transfers.TransferFields(to=f"NEW{number}", on="2026-03-02", reason="x"),
                        anyway=True,
                    )
                case "collect" if license_:
                    of = session.get_one(KeyPackRow, license_.key_pack_id)
                    if request is None or request.state != "open":
                        requests.open_request(session, session.get_one(ServerRow, of.server_id))
                    else:
                        requests.collect(session, request, [(license_, "WAITING")], reason="x", anyway=True)
                case "record" if request:
                    code = f"{number:05d}" * 7
                    calls.record(
                        session, request, calls.ReissueCall(code=code, quantity="25", on="2026-03-02", keypack_id=str(2 + number % 4) if adopt else None))  # fmt: skip
                case "policy" if pack:
                    packs.change(
                        session,
                        pack,
                        PackFields(transfer_policy="after-90-days", notes=f"note {number}"),
                        reason="x",
                    )
                case "by-hand" if server:
                    packs.add(
                        session, server, PackFields(product_version_id="2019", product_type="device", total="25", keypack_id=str(2 + number % 4)))  # fmt: skip
    except RuleViolation:
        pass
