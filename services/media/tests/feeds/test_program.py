"""What is read of feeds, of kind ones and of hostile ones, by the real parser in the real sandbox."""

import os
from dataclasses import replace

import pytest

from winnow_base.async_bridge import never
from winnow_contracts.feeds import MOST_LISTED, episode_key
from winnow_media.feeds.listing import NoFeed
from winnow_media.feeds.program import _LIMITS

from .conftest import item, rss

ADDRESS = "https://casts.example/secret-token/feed.xml"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Atoms</title><id>f</id>
<entry><id>urn:1</id><title>One</title><published>2026-11-01T00:00:00Z</published>
<link rel="alternate" href="/one"/><link rel="enclosure" href="/one.mp3" length="5" type="audio/mpeg"/></entry>
<entry><id>urn:2</id><title>Text alone</title><updated>2026-11-02T00:00:00Z</updated></entry></feed>"""


def read(program, content):
    return program.read(content, ADDRESS, never)


def test_an_episode_has_guid_title_address_date_and_size(program):
    listing = read(program, rss(item(2)))
    (one,) = listing.episodes
    assert (listing.name, one.title, one.url) == ("Talks", "Episode 2", "https://cdn.example/2.mp3")
    assert (one.published_ms, one.size_bytes) == (1_793_613_600_000, 1000)
    assert listing.newest_ms == one.published_ms


def test_atom_is_read_and_entries_without_a_file_are_left_out(program):
    listing = read(program, ATOM)
    assert [(one.key, one.title, one.url) for one in listing.episodes] == [
        (episode_key("urn:1"), "One", "https://casts.example/one.mp3")
    ]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("a/1.mp3?b=1&amp;c=2", "https://casts.example/secret-token/a/1.mp3?b=1&c=2"),
        ("/1.mp3", "https://casts.example/1.mp3"),
        ("//cdn.example/1.mp3", "https://cdn.example/1.mp3"),
        ("http://cdn.example/1.mp3", "https://cdn.example/1.mp3"),
        ("https://cdn.example/한 곡.mp3", "https://cdn.example/%ED%95%9C%20%EA%B3%A1.mp3"),
        ("https://cdn.example/a%20b.mp3", "https://cdn.example/a%20b.mp3"),
    ],
)
def test_addresses_are_whole_and_https(program, written, asked):
    (one,) = read(program, rss(item(1, address=written))).episodes
    assert one.url == asked


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://cdn.example/1.mp3",
        "https://127.0.0.1/1.mp3",
        "http://169.254.169.254/latest/meta-data",
        "https://user:word@cdn.example/1.mp3",
        "https://cdn.example:8443/1.mp3",
        "https://cdn.example/" + "a" * 4_000,
    ],
)
def test_an_episode_whose_address_is_none_that_is_fetched_is_left_out(program, address):
    assert [one.title for one in read(program, rss(item(1, address=address), item(2))).episodes] == ["Episode 2"]


def test_a_picture_or_a_text_is_no_episode(program):
    pdf = item(1).replace("audio/mpeg", "application/pdf")
    assert read(program, rss(pdf, "<item><title>No enclosure</title><guid>g</guid></item>")).episodes == ()


def test_without_a_guid_the_enclosure_tells_episodes_apart_although_their_page_is_one(program):
    both = [item(number, guid="-", link="https://casts.example/show") for number in (1, 2)]
    assert {one.key for one in read(program, rss(*both)).episodes} == {
        episode_key(f"https://cdn.example/{number}.mp3") for number in (1, 2)
    }


@pytest.mark.parametrize("blank", ["<guid/>", "<guid> </guid>", '<guid isPermaLink="false"></guid>'])
def test_a_blank_guid_is_none(program, blank):
    both = [item(number, guid="-").replace("<enclosure", f"{blank}<enclosure") for number in (1, 2)]
    assert {one.key for one in read(program, rss(*both)).episodes} == {
        episode_key(f"https://cdn.example/{number}.mp3") for number in (1, 2)
    }


def test_guids_of_any_length_are_told_apart(program):
    long = "g" * 1_000_000
    listing = read(program, rss(item(1, guid=f"{long}1"), item(2, guid=f"{long}2")))
    assert len({one.key for one in listing.episodes}) == 2


BAD = "https://[bad/a"


def test_an_address_that_is_none_costs_no_more_than_its_own_episode(program):
    both = (item(1, address=BAD), item(2, link=BAD), item(3, guid=BAD))
    listing = read(program, rss(f"<link>{BAD}</link>", *both))
    assert [one.title for one in listing.episodes] == ["Episode 3", "Episode 2"]
    assert listing.name == "Talks"


def test_a_guid_that_comes_twice_is_one_key(program):
    listing = read(program, rss(item(1, guid="same"), item(2, guid="same")))
    assert len({one.key for one in listing.episodes}) == 1


def test_the_newest_of_many_are_listed_whatever_their_order(program):
    old = [item(1, guid=f"g{number}") for number in range(MOST_LISTED)]
    listing = read(program, rss(*old, item(9)))
    assert (len(listing.episodes), listing.episodes[0].title) == (MOST_LISTED, "Episode 9")


def test_a_feed_without_a_title_is_not_called_by_its_address(program):
    assert read(program, rss(item(1), title="")).name == ""


def test_titles_are_one_line_of_some_length(program):
    (one,) = read(program, rss(item(1, title="a\nb \x7f\u0085c" + "d" * 500))).episodes
    assert one.title.startswith("a b cddd")
    assert len(one.title) == 200


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026", "Mon, 02 Nov 9999999 10:00:00 GMT"])
def test_a_date_that_is_none_is_no_date(program, date):
    (one,) = read(program, rss(item(1, pubDate=date))).episodes
    assert one.published_ms is None


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = rss(item(1), title="<title>&l9;</title>", before=f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]>')
STEALS = rss(item(1), title="<title>&x;</title>", before='<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Hello</p></body></html>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not well-formed"),
        (os.urandom(100_000), "not well-formed"),
        (HTML, "neither RSS nor Atom"),
        (b'{"items": []}', "not well-formed"),
        (rss(item(1))[:-20], "not well-formed"),
        (BOMB, "declares entities"),
        (STEALS, "declares entities"),
        (b"<rss><channel>" + b"<a>" * 1_000_000, "neither RSS nor Atom"),
        (b'<?xml version="1.0" encoding="utf-7"?><rss/>', "not well-formed"),
    ],
    ids=["empty", "random", "html", "json", "cut", "bomb", "thief", "deep", "odd encoding"],
)
def test_what_is_no_feed_is_refused_in_words(program, content, reason):
    with pytest.raises(NoFeed, match=reason):
        read(program, content)


def test_ten_megabytes_are_read_within_the_childs_limits(program):
    words = "<![CDATA[" + "<p>word <b>x</b> " * 40 + "]]>"
    content = rss(*(item(1, guid=f"g{number}", description=words) for number in range(11_000)))
    assert 9_000_000 < len(content) < 10 << 20
    assert len(read(program, content).episodes) == MOST_LISTED


def test_what_keeps_the_parser_busy_is_stopped(program, monkeypatch):
    """Tags that never end, in a text that the parser searches for tags: it takes the square of their number."""
    monkeypatch.setattr("winnow_media.feeds.program._LIMITS", replace(_LIMITS, cpu_seconds=1))
    with pytest.raises(NoFeed, match="more memory or computing"):
        read(program, rss(item(1, description="<![CDATA[" + "<a " * 1_000_000 + "]]>")))


def test_what_waits_too_long_is_stopped(program, monkeypatch):
    monkeypatch.setattr("winnow_media.feeds.program._LIMITS", replace(_LIMITS, wall_seconds=0.01))
    with pytest.raises(NoFeed, match="more memory or computing"):
        read(program, rss(item(1)))


def transcript(url, kind="text/vtt", **more):
    facts = "".join(f' {name}="{text}"' for name, text in {"url": url, "type": kind, **more}.items())
    return f"<podcast:transcript{facts}/>"


def with_transcripts(*transcripts):
    """A feed of one episode with these."""
    episode = item(1).replace("</item>", "".join(transcripts) + "</item>")
    namespace = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    return rss(episode).replace(b"<rss ", f"<rss {namespace} ".encode())


@pytest.mark.parametrize(
    ("transcripts", "url", "name"),
    [
        ([], "", ""),
        ([transcript("https://cdn.example/1.vtt", language="ko-KR")], "https://cdn.example/1.vtt", "captions.ko.vtt"),
        ([transcript("/1", "application/x-subrip")], "https://casts.example/1", "captions.srt"),
        ([transcript("/1.srt", "text/plain")], "https://casts.example/1.srt", "captions.srt"),
        (
            [
                transcript("/1.html", "text/html"),
                transcript("/1.json", "application/json"),
                transcript("/1.vtt"),
                transcript("/2.srt", "application/srt"),
            ],
            "https://casts.example/1.vtt",
            "captions.vtt",
        ),
        ([transcript("/1.vtt", language="../../etc")], "https://casts.example/1.vtt", "captions.vtt"),
        ([transcript("https://127.0.0.1/1.vtt")], "", ""),
        ([transcript("https://[bad/1.vtt")], "", ""),
        ([transcript("https://cdn.example/" + "a" * 4_000)], "", ""),
        ([transcript("")], "", ""),
    ],
)
def test_captions_are_the_first_transcript_that_players_show(program, transcripts, url, name):
    (one,) = read(program, with_transcripts(*transcripts)).episodes
    assert (one.captions_url, one.captions_name) == (url, name)


@pytest.mark.parametrize(("written", "language"), [("ko-KR", "ko"), ("EN", "en"), ("tlh", ""), ("", "")])
def test_the_language_is_one_that_is_understood(program, written, language):
    feed = rss(item(1)).replace(b"<channel>", f"<channel><language>{written}</language>".encode())
    assert read(program, feed).language == language
