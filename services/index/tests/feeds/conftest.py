from collections.abc import Callable

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.feeds import MOST_LISTED
from winnow_contracts.index_api.feed_looks import (
    ChooseEpisodes,
    ChosenEpisodes,
    ListedEpisode,
    NoteLook,
    TakeLook,
    TakenEpisode,
)
from winnow_contracts.index_api.feeds import CreateFeed, FeedView
from winnow_feeds.begin import begin_looks
from winnow_feeds.feeds import FeedStore
from winnow_feeds.looks import Looks
from winnow_index.history.open_commands import OpenCommands

DAY_MS = 86_400_000


def listed(*numbers, size_bytes=1000, days_ago=0):
    """Episodes of these numbers; each is published a second after the one before, all before now."""
    at_ms = now_ms() - days_ago * DAY_MS - 600_000
    return tuple(
        ListedEpisode(key=f"key-{number}", published_ms=at_ms + number * 1000, size_bytes=size_bytes)
        for number in numbers
    )


class Media:
    """A node that looks at feeds: reads ``episodes`` wherever it is sent."""

    def __init__(self, database):
        self.looks = Looks(database)
        self.commands = OpenCommands(database)

    def due(self):
        """The commands of looks that are published, the first first."""
        return [one.envelope.command for one in self.commands.due(1000) if one.envelope.command.tenant_id == "feeds"]

    def choose(self, command, episodes) -> ChosenEpisodes:
        """What index says to take."""
        asked = {"feed_id": command.feed_id, "look": command.look}
        assert len(episodes) <= MOST_LISTED
        return self.looks.choose(ChooseEpisodes(**asked, episodes=episodes))

    def note(self, command, chosen, **more):
        """End the look, with what was chosen."""
        taken = tuple(
            TakenEpisode(key=key, title=f"Title {key}", filename="a.mp3", published_ms=1_000) for key in chosen.keys
        )
        told = {"name": "Talks", "problem": chosen.problem, "waiting": chosen.waiting, "taken": taken, **more}
        self.looks.note(NoteLook(feed_id=command.feed_id, look=command.look, run=1, **told))

    def look(self, *episodes, **more):
        """Make the only look that is due; returns the keys of what it took."""
        (command,) = self.due()
        assert self.looks.take(TakeLook(feed_id=command.feed_id, look=command.look, run=1)).url
        chosen = self.choose(command, episodes)
        self.note(command, chosen, **more)
        return chosen.keys

    def fail(self):
        """Make the only look that is due, and find nothing to read."""
        (command,) = self.due()
        self.looks.note(
            NoteLook(feed_id=command.feed_id, look=command.look, run=1, failed=True, problem="It answered 404.")
        )


@pytest.fixture
def media(database) -> Media:
    return Media(database)


@pytest.fixture
def feeds(database) -> FeedStore:
    return FeedStore(database)


@pytest.fixture
def subscribe(feeds) -> Callable[..., FeedView]:
    """``subscribe(keep=3)``: a new feed of the tenant t."""

    def create(url="https://casts.example/feed.xml", tenant="t", keep=None, since_ms=None):
        return feeds.create(
            CreateFeed(tenant_id=tenant, url=url, keep=keep, since_ms=since_ms, limit_bytes=1 << 30, who="k")
        )

    return create


@pytest.fixture
def begin(database) -> Callable[[], int]:
    """What the schedule does: begins what is due; returns how many looks."""

    def run():
        with database.transaction() as transaction:
            return begin_looks(transaction)

    return run


@pytest.fixture
def check(feeds, database) -> Callable[[str], FeedView]:
    """``check(feed_id)``: somebody asks for a look, half a minute after the last one."""

    def later(feed_id):
        with database.transaction() as transaction:
            transaction.run_text("UPDATE feed SET looked_ms = looked_ms - 30000")
        return feeds.check("t", feed_id)

    return later


@pytest.fixture
def pass_time(database) -> Callable[[], None]:
    """Let every feed be due, or its look be lost."""

    def passed():
        with database.transaction() as transaction:
            transaction.run_text("UPDATE feed SET next_look_ms = 1")

    return passed
