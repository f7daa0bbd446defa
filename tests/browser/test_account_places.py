"""The pages of an account for feeds, webhooks and usage on the real stack, with something on each of them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from axe_playwright_python.sync_playwright import Axe

from winnow_harness.fixtures.file_server import FileServer, Served
from winnow_harness.fixtures.webhooks import Say, WebhookReceiver

from .api import Api
from .conftest import LIBRIVOX
from .pictures import keep_picture, pictures_folder

PAGES = ("/feeds", "/feeds/{feed}", "/webhooks", "/webhooks/{webhook}", "/usage")
NARROW = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % zoom."""
EPISODES = 3
TAKEN = 2


@pytest.fixture(scope="module")
def feeds():
    """Two podcasts whose latest episodes are real speech, and an address that has none."""
    server = FileServer()
    now = datetime.now(UTC)
    for name in ("The Jane Austen hour", "A short talk"):
        items = "".join(
            f"<item><title>{name}, part {number}</title><guid isPermaLink='false'>{name} {number}</guid>"
            f"<pubDate>{format_datetime(now - timedelta(days=7 * (EPISODES - number), hours=5))}</pubDate>"
            f"<enclosure url='/{number}.wav' length='1' type='audio/wav'/></item>"
            for number in range(1, EPISODES + 1)
        )
        feed = f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"
        server.files[f"/{name[0]}.xml"] = Served(content=feed.encode())
    for number, clip in enumerate(sorted(LIBRIVOX.glob("*.wav"))[:EPISODES], 1):
        server.files[f"/{number}.wav"] = Served(content=clip.read_bytes())
    yield server
    server.close()


@pytest.fixture(scope="module")
def receiver():
    made = WebhookReceiver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def account(browser, stack, api, feeds, receiver):
    """A key of an account of its own with feeds, their episodes and webhooks, and the ids of its pages."""
    key = api.created_key("radio", ["read", "write"], "radio")
    context = browser.new_context(base_url=stack.gateway_url)
    own = Api(context.request, key)
    types = ["media.ready", "media.failed", "photo.classified"]
    own.ask("POST", "/v1/webhooks", data={"url": receiver.url("/archive"), "types": ["media.ready"]})
    hook = {"url": receiver.url("/newsroom"), "types": types, "description": "tells the newsroom"}
    webhook = f"/v1/webhooks/{own.ask('POST', '/v1/webhooks', data=hook)['webhook_id']}"
    for name in ("A", "none", "T"):
        feed = own.ask("POST", "/v1/feeds", data={"url": feeds.url(f"/{name}.xml"), "keep": TAKEN})
    own.until("/v1/feeds", lambda found: all(one["looked_at"] for one in found["items"]))
    own.until("/v1/media?status=ready", lambda found: len(found["items"]) == 2 * TAKEN)
    own.until(f"{webhook}/deliveries", lambda found: len(receiver.got) == 4 * TAKEN)  # two webhooks were told
    receiver.answers.append(Say(status=503))
    own.ask("POST", f"{webhook}/test")
    own.until(f"{webhook}/deliveries", lambda found: any(one["status"] == 503 for one in found["items"]))
    yield key, {"feed": feed["feed_id"], "webhook": webhook.rpartition("/")[2]}
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_no_violation_on_the_pages_of_an_account(visit, account, size, scheme):
    key, ids = account
    page = visit(size, key=key, color_scheme=scheme)
    found = {}
    for place in PAGES:
        page.goto(place.format(**ids))
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        broken = Axe().run(page).response["violations"]
        found[place] = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in broken]
    assert {place: each for place, each in found.items() if each} == {}


@pytest.mark.parametrize("size", ["desk", "phone", NARROW], ids=["desk", "phone", "zoomed"])
def test_nothing_of_an_account_has_to_be_scrolled_sideways(visit, account, size):
    key, ids = account
    page = visit(size, key=key)
    for place in PAGES:
        page.goto(place.format(**ids))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pictures_of_an_accounts_pages_are_small_enough_for_the_docs(visit, account, tmp_path, size):
    """Writes them to the folder that WINNOW_PICTURES_DIR names."""
    key, ids = account
    page = visit(size, key=key)
    for place in PAGES:
        page.goto(place.format(**ids))
        name = place.strip("/").format(feed="one", webhook="one").replace("/", "-")
        keep_picture(page, pictures_folder(tmp_path) / f"{name}-{size}.png")
