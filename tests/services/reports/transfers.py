"""Mark a transfer and link it, on the stock of a test."""

from __future__ import annotations

from services.stock import Stock

from tslic_admin.db.schema.tables import IssuanceRow, TransferRow
from tslic_admin.services.records import transfers


def transfer(stock: Stock, license_: int = 0, to: str = "PC9") -> int:
    number = stock.licenses[license_]
    done = stock.do(
        lambda s: transfers.mark(
            s, s.get_one(IssuanceRow, number), transfers.TransferFields(to=to, on="2026-03-01")
        )
    )
    return int(done.record or 0)


def link(stock: Stock, number: int, license_: int | None) -> None:
    stock.do(
        lambda s: transfers.set_link(
            s,
            s.get_one(TransferRow, number),
            None if license_ is None else s.get_one(IssuanceRow, license_),
            reason="seen",
        )
    )
