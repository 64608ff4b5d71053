"""The time as the store takes it."""

from datetime import UTC, datetime, timedelta

from tslic_admin.db.driver import utc_now


def test_now_is_now_in_utc():
    now = utc_now()
    assert now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)
