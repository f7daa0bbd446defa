"""Fire times in a time zone, and when its clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from winnow_index.schedules.cron import latest_fire_ms, next_fire_ms
from winnow_index.schedules.table import SCHEDULES

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = "30 2 * * *"


def ms(text):
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "fire"),
    [
        ("0 9 * * 1", "UTC", "2026-06-01T08:59:59Z", "2026-06-01T09:00:00Z"),
        ("0 9 * * 1", "UTC", "2026-06-01T09:00:00Z", "2026-06-08T09:00:00Z"),
        ("0 9 * * 1", "Asia/Seoul", "2026-06-01T09:00:00Z", "2026-06-08T00:00:00Z"),
        ("0 9 * * 1", "Europe/Berlin", "2026-03-24T00:00:00Z", "2026-03-30T07:00:00Z"),
        ("0 9 * * 1", "Europe/Berlin", "2026-10-20T00:00:00Z", "2026-10-26T08:00:00Z"),
    ],
)
def test_a_fire_is_at_the_clock_time_of_its_zone_in_summer_and_winter(cron, zone, after, fire):
    assert next_fire_ms(cron, ZoneInfo(zone), ms(after)) == ms(fire)


def test_a_time_that_the_clocks_skip_fires_once_when_they_have_moved_on():
    fires, at_ms = [], ms("2026-03-28T12:00:00Z")
    for _ in range(2):
        at_ms = next_fire_ms(NIGHTLY, BERLIN, at_ms)
        fires.append(at_ms)
    assert fires == [ms("2026-03-29T01:00:00Z"), ms("2026-03-30T00:30:00Z")]


def test_a_time_that_the_clocks_repeat_fires_the_first_time_only():
    first_ms = next_fire_ms(NIGHTLY, BERLIN, ms("2026-10-24T12:00:00Z"))
    assert first_ms == ms("2026-10-25T00:30:00Z")
    assert next_fire_ms(NIGHTLY, BERLIN, first_ms) == ms("2026-10-26T01:30:00Z")
    assert latest_fire_ms(NIGHTLY, BERLIN, ms("2026-10-25T01:45:00Z")) == first_ms


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize("cron", [*(one.cron for one in SCHEDULES), NIGHTLY, "* * * * *", "*/5 * * * *"])
def test_the_latest_fire_is_the_one_before_the_next_through_a_year(cron, zone):
    where = ZoneInfo(zone)
    fire_ms = next_fire_ms(cron, where, ms("2026-01-01T00:00:00Z"))
    for day in range(1, 366):
        # Close to 02:00 of each day, where the clocks of some zones change.
        fire_ms = next_fire_ms(cron, where, max(fire_ms, ms("2026-01-01T00:50:00Z") + day * 86_400_000))
        following_ms = next_fire_ms(cron, where, fire_ms)
        assert latest_fire_ms(cron, where, fire_ms) == fire_ms
        assert latest_fire_ms(cron, where, following_ms - 1) == fire_ms
