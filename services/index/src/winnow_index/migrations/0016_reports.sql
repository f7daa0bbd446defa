-- What the weekly report said, as JSON; kept for good, a row a week. ``week`` is its Monday in the schedules' time zone.
CREATE TABLE report (
  week      date PRIMARY KEY,
  time_zone text NOT NULL,
  from_ms   bigint NOT NULL,
  until_ms  bigint NOT NULL,
  made_ms   bigint NOT NULL,
  figures   jsonb NOT NULL,
  before    jsonb NOT NULL   -- the figures of the week before
);
