"""What all mapped tables are made with: base classes, constraints and column types."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, FromClause, Index, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase

from tslic_admin.domain.catalogue.fields import Thing

UINT32 = "4294967295"
STRICT = {"sqlite_strict": True}  # an INTEGER column holds integers and nothing else


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}


class Recorded:
    """A table whose changes are recorded as event lines. `THING` declares the recorded fields and their public names."""

    THING: ClassVar[Thing]
    KIND: ClassVar[str]
    RECORDED: ClassVar[dict[str, str]]
    SECRET: ClassVar[frozenset[str]]
    __tablename__: str
    __table__: ClassVar[FromClause]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.KIND, cls.RECORDED, cls.SECRET = cls.THING.kind, cls.THING.properties, cls.THING.secrets


def one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def uint32(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{c} BETWEEN 0 AND {UINT32}", name=f"{c}_uint32") for c in columns]


def restrict(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


def voiding_entry() -> ForeignKey:
    """The entry that voided a row: deferred, because the row is changed before its entry is written."""
    return ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED")


def index_if_set(column: str) -> Index:
    """An index of the rows in which a rarely set column has a value.

    Every `voided_by` needs one: as its foreign key is deferred, SQLite looks for rows that refer to each new
    entry, and without an index it reads the whole table (90 ms for 1,000,000 licenses).
    """
    return Index(None, column, sqlite_where=text(f"{column} IS NOT NULL"))


def removal_fits() -> list[CheckConstraint]:
    """What is known of a removal goes with its state: a removed license has its day, another has none."""
    return [
        CheckConstraint("(removal IS 'removed') = (removal_on IS NOT NULL)", name="removed_has_its_day"),
        CheckConstraint(
            "removal IS 'removed' OR (removal_by IS NULL AND removal_sha256 IS NULL)", name="removed_by"
        ),
        CheckConstraint(
            "(removal IS 'not-intended') = (removal_reason IS NOT NULL)", name="kept_has_its_reason"
        ),
        CheckConstraint("length(removal_sha256) = 64", name="removal_sha256"),
    ]


REMOVAL_STATES = ("awaiting", "removed", "not-intended")
