"""SQL expressions that build the references of key packs and licenses, as domain/licenses/references.py does in Python."""

from __future__ import annotations


def pack_sql(server: str = "s", pack: str = "p") -> str:
    """PACK as SQL, by the aliases of its server and of the key pack."""
    return f"{server}.name || '/' || coalesce({pack}.keypack_id, '#' || {pack}.id)"


def license_sql(server: str = "s", pack: str = "p", license_: str = "i") -> str:
    """LICENSE as SQL, without the day of an ended one."""
    return f"{pack_sql(server, pack)} || '/' || coalesce({license_}.license_id, '#' || {license_}.id)"


def dated_license_sql(server: str = "s", pack: str = "p", license_: str = "i") -> str:
    """LICENSE as SQL; an ended one with @DAY. Needs local_day (db/driver.py)."""
    day = f"'@' || coalesce(local_day({license_}.issued_at), '')"
    return f"{license_sql(server, pack, license_)} || CASE WHEN {license_}.ended_on IS NULL THEN '' ELSE {day} END"
