"""Key packs: the values of Win32_TSLicenseKeyPack, what they mean (domain.md, section 3), and the move of one pack to another (rule 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from tslic_admin.domain.clocks import refuse_future
from tslic_admin.domain.codes import (
    AGREEMENT_NUMBER,
    AUTHORIZATION_NUMBER,
    LICENSE_CODE,
    OPEN_LICENSE_NUMBER,
    Shape,
)
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.texts import UINT32_MAX, parse_whole_number

UNLIMITED = UINT32_MAX


class ProductType(IntEnum):
    PER_DEVICE = 0
    PER_USER = 1
    NOT_VALID = 2
    BUILT_IN = 3


class KeyPackType(IntEnum):
    """Shown as License Program. 7 and 8: one of them is "Built-in Overused"; which, is unconfirmed."""

    UNKNOWN = 0
    RETAIL = 1
    VOLUME = 2
    CONCURRENT = 3
    TEMPORARY = 4
    OPEN = 5
    BUILT_IN = 6
    OVERUSED_7 = 7
    OVERUSED_8 = 8


class ProductVersion(IntEnum):
    WINDOWS_2000 = 0
    SERVER_2003 = 1
    SERVER_2008 = 2
    SERVER_2008_R2 = 3
    SERVER_2012 = 4
    SERVER_2016 = 5
    SERVER_2019 = 6
    SERVER_2022 = 7
    SERVER_2025 = 8


VERSION_NAMES = {
    "2000": ProductVersion.WINDOWS_2000,
    "2003": ProductVersion.SERVER_2003,
    "2008": ProductVersion.SERVER_2008,
    "2008r2": ProductVersion.SERVER_2008_R2,
    "2012": ProductVersion.SERVER_2012,
    "2012r2": ProductVersion.SERVER_2012,
    "2016": ProductVersion.SERVER_2016,
    "2019": ProductVersion.SERVER_2019,
    "2022": ProductVersion.SERVER_2022,
    "2025": ProductVersion.SERVER_2025,
}


class Origin(StrEnum):
    ORIGINAL = "original"
    REISSUE = "reissue"
    MIGRATION = "migration"


class ClosedWhy(StrEnum):
    """Why a key pack is no longer on its server."""

    REBUILT = "rebuilt"
    MOVED = "moved"
    VANISHED = "vanished"


class Program(StrEnum):
    """The purchase program; decides which numbers the purchase papers carry."""

    RETAIL = "retail"
    OPEN = "open"
    SELECT = "select"
    ENTERPRISE = "enterprise"
    CAMPUS = "campus"
    SCHOOL = "school"
    SPLA = "spla"
    OTHER = "other"

    @property
    def number_shape(self) -> Shape:
        """The number that identifies the purchase."""
        match self:
            case Program.RETAIL:
                return LICENSE_CODE
            case Program.OPEN:
                return OPEN_LICENSE_NUMBER
            case _:
                return AGREEMENT_NUMBER

    @property
    def authorization_shape(self) -> Shape | None:
        """Only an Open License carries an authorization number."""
        return AUTHORIZATION_NUMBER if self is Program.OPEN else None

    @property
    def key_pack_type(self) -> KeyPackType:
        """What the server lists a pack of this program under."""
        match self:
            case Program.RETAIL:
                return KeyPackType.RETAIL
            case Program.OPEN:
                return KeyPackType.OPEN
            case _:
                return KeyPackType.VOLUME


TYPE_NAMES = {
    "device": ProductType.PER_DEVICE,
    "user": ProductType.PER_USER,
    "not-valid": ProductType.NOT_VALID,
    "built-in": ProductType.BUILT_IN,
}


def read_version(text: str, *, field: str = "product_version") -> int:
    """A product version by its ID (0 to 8, or a newer one) or by name ("2008 R2", "Windows Server 2022").

    Raises RuleViolation `version-unknown`.
    """
    name = text.strip().casefold().replace(" ", "")
    for prefix in ("windowsserver", "windows", "server"):
        name = name.removeprefix(prefix)
    name = name.removesuffix("server")
    if name in VERSION_NAMES:
        return int(VERSION_NAMES[name])
    if (number := parse_whole_number(name, most=99)) is not None:
        return number
    raise RuleViolation("version-unknown", field=field, value=text)


def read_type(text: str, *, field: str = "type") -> int:
    """A product type by name or number. Raises RuleViolation `type-unknown`."""
    name = text.strip().casefold().removeprefix("per ").removeprefix("per-")
    if name in TYPE_NAMES:
        return int(TYPE_NAMES[name])
    if (number := parse_whole_number(name)) is not None:
        return number
    raise RuleViolation("type-unknown", field=field, value=text, known=", ".join(TYPE_NAMES))


def version_family(version: int | None) -> int | None:
    """2008 and 2008 R2 are one version (rule 4.3)."""
    return ProductVersion.SERVER_2008 if version == ProductVersion.SERVER_2008_R2 else version


def serves(cal_version: int | None, host_version: int | None) -> bool | None:
    """Whether a CAL serves a host: its own version and earlier ones. None where either is not known."""
    cal, host = version_family(cal_version), version_family(host_version)
    return None if cal is None or host is None else host <= cal


def server_may_hold(server_version: int | None, cal_version: int | None) -> bool | None:
    """Whether a license server can hold a CAL: the server must be of its version or newer."""
    server, cal = version_family(server_version), version_family(cal_version)
    return None if server is None or cal is None else server >= cal


def is_built_in(product_type: int | None, key_pack_type: int | None) -> bool:
    """Built-in pools were not purchased (rule 4.4)."""
    return product_type == ProductType.BUILT_IN or key_pack_type in (
        KeyPackType.BUILT_IN,
        KeyPackType.OVERUSED_8,
    )


def is_purchased(product_type: int | None, key_pack_type: int | None) -> bool:
    """Whether a key pack was purchased: built-in pools and pools of temporary licenses were not."""
    return key_pack_type != KeyPackType.TEMPORARY and not is_built_in(product_type, key_pack_type)


def shortage(total: int | None, issued: int | None) -> int:
    """How many more are issued than installed; 0 where that is not so or not known.

    Available never goes below 0 on a server, so a shortage shows nowhere else.
    """
    if total is None or issued is None or UNLIMITED in (total, issued):
        return 0
    return max(0, issued - total)


def read_count(text: str, *, field: str) -> int:
    """A number of licenses; -1, 4294967295 or `unlimited` for no limit.

    Raises RuleViolation `count-malformed`.
    """
    value = text.strip().casefold()
    if value in ("-1", "unlimited"):
        return UNLIMITED
    if (number := parse_whole_number(value)) is None:
        raise RuleViolation("count-malformed", field=field, value=text)
    return number


def read_keypack_id(text: str, *, field: str = "keypack_id") -> int:
    """The number of a key pack on its server. Raises RuleViolation `keypack-id-malformed`."""
    if (number := parse_whole_number(text)) is None:
        raise RuleViolation("keypack-id-malformed", field=field, value=text)
    return number


@dataclass(frozen=True, slots=True)
class MovePackFacts:
    """A key pack as the rule sees it. `moved_to`: the pack that it was moved to already."""

    number: int
    pack: str
    product_version: int | None
    product_type: int | None
    total: int | None
    origin: Origin
    closed_on: date | None
    closed_why: ClosedWhy | None
    moved_to: str | None = None


def decide_pack_move(
    source: MovePackFacts, target: MovePackFacts, on: date, today: date
) -> tuple[Notice, ...]:
    """Whether a pack can have been moved to another; what is worth knowing about it. Raises RuleViolation."""
    refuse_future(on, today)
    if source.number == target.number:
        raise RuleViolation("move-itself", field="to", pack=source.pack)
    if source.moved_to is not None:
        raise RuleViolation("move-again", pack=source.pack, to=source.moved_to, on=source.closed_on)
    if target.closed_on is not None:
        raise RuleViolation("move-closed", field="to", pack=target.pack, on=target.closed_on)
    if target.origin is not Origin.ORIGINAL:
        raise RuleViolation("move-claimed", field="to", pack=target.pack, origin=target.origin)
    versions = {version_family(source.product_version), version_family(target.product_version)} - {None}
    if len(versions) > 1:
        raise RuleViolation("move-other-version", field="to", pack=target.pack, source=source.pack)
    types = {source.product_type, target.product_type} - {None}
    if len(types) > 1:
        raise RuleViolation("move-other-type", field="to", pack=target.pack, source=source.pack)
    if None not in (source.total, target.total) and source.total != target.total:
        facts = {"pack": target.pack, "total": target.total, "source": source.pack, "had": source.total}
        return (Notice("moved-total-differs", facts),)
    return ()
