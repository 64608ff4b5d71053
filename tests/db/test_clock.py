"""The time as the store takes it."""

from datetime import UTC, datetime, timedelta

from tslic_admin.db.driver import utc_now


def test_now_is_now_in_utc():
    before = datetime.now(UTC)
    now = utc_now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)
