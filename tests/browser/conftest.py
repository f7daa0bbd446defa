"""A real Chromium on the real stack, and recordings of real speech."""

import dataclasses
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from winnow_harness.fixtures.stack import StackFixture

from .api import Api
from .limits import LONG_SECONDS, STEP_MS

expect.set_options(timeout=STEP_MS)

LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 740}}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONG_SECONDS), append=False)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The whole stack, which fetches links to this machine, and whose speech has a price."""
    settings = {
        "WINNOW_FETCH_URLS": "true",
        "WINNOW_FETCH_HOSTS": "127.0.0.1",
        "WINNOW_AI_AUDIO_PRICES": '{"whisper-base": 0.006}',
    }

    def dress(part):
        return part if part.is_server else dataclasses.replace(part, environment={**part.environment, **settings})

    whole = StackFixture(tmp_path_factory.mktemp("stack"), dress=dress)
    try:
        whole.start()
        yield whole
    finally:
        whole.close()


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The browser tests need Chromium: apt-get install --no-install-recommends chromium", pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def open_page(browser, stack):
    """Opens a page as a new visitor; any error in its console fails the test."""
    contexts, errors = [], []

    def open_page(size="desk", **options):
        context = browser.new_context(
            base_url=stack.gateway_url, viewport=SIZES[size] if isinstance(size, str) else size, **options
        )
        context.set_default_timeout(STEP_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if "Security Policy" in message.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def visit(open_page, stack):
    """Opens a page as someone who has signed in by the form, with the stack's key or another one."""

    def visit(size="desk", key=None, **options):
        page = open_page(size, **options)
        page.goto("/signin")
        page.get_by_label("API key").fill(key or stack.key)
        page.get_by_role("button", name="Sign in with the key").click()
        page.wait_for_url("**/")
        return page

    return visit


@pytest.fixture(scope="session")
def api(browser, stack):
    """The API with the stack's key."""
    context = browser.new_context(base_url=stack.gateway_url)
    yield Api(context.request, stack.key)
    context.close()


def until(page, condition):
    """Waits until a JavaScript expression holds. Playwright's own wait needs eval, which our pages forbid."""
    deadline = time.monotonic() + STEP_MS / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"not so after {STEP_MS} ms: {condition}"
        page.wait_for_timeout(50)


def play_time(page):
    """Position of the page's player in seconds."""
    return page.evaluate("document.querySelector('[data-player]').currentTime")


@pytest.fixture(scope="session")
def talk(tmp_path_factory):
    """All clips of the sample's real speech, with pauses between, as one mp4 with a picture."""
    path = tmp_path_factory.mktemp("talk") / "sense and sensibility.mp4"
    clips = sorted(LIBRIVOX.glob("*.wav"))
    if not clips:
        pytest.fail("The browser tests need speech: apt-get install pocketsphinx-testdata", pytrace=False)
    inputs = [argument for clip in clips for argument in ("-i", str(clip))]
    graph = "".join(f"[{n + 1}:a]apad=pad_dur=1.2[a{n}];" for n in range(len(clips)))
    graph += "".join(f"[a{n}]" for n in range(len(clips))) + f"concat=n={len(clips)}:v=0:a=1[a]"
    picture = ("-f", "lavfi", "-i", "gradients=s=320x180:r=10:c0=0x1f5145:c1=0xf2cd72")
    streams = ("-filter_complex", graph, "-map", "0:v", "-map", "[a]", "-shortest", "-pix_fmt", "yuv420p")
    subprocess.run(["ffmpeg", "-v", "error", *picture, *inputs, *streams, str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def indexed(api, talk):
    """The talk, uploaded once and ready; its media id."""
    job = api.ask("POST", "/v1/media?filename=indexed.mp4", data=talk.read_bytes())
    state = api.until(f"/v1/jobs/{job['job_id']}", lambda state: state["status"] in ("done", "failed"))
    assert state["status"] == "done", state
    return job["media_id"]
