"""The program that reads one untrusted feed. It runs in the sandbox, and no module imports it.

``python -I -m winnow_media.feeds.child FEED ADDRESS MOST LONGEST`` reads two files, the feed and the address that its
relative links begin from, and prints one JSON object: ``{"name", "language", "episodes"}``, the newest ``MOST`` of
them, or ``{"refused": reason}``. No text in it has more than ``LONGEST`` characters. An episode's ``captions`` are
address, form and language of the first that players show, or None.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml import sax
from xml.parsers import expat

import podcastparser

_NAMESPACES = frozenset(
    {
        "https://podcastindex.org/namespace/1.0",
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    }
)
"""Of ``podcast:transcript``: its name, which the parser does not know, and the address of its document."""
_FORMS = {"text/vtt": "vtt", "application/x-subrip": "srt", "application/srt": "srt", "text/srt": "srt"}
"""The types of captions; others of ``podcast:transcript`` are pages and JSON."""
_DEEPEST = 64
"""No feed nests its elements half as deep, and the parser takes long where they are."""


class _Refused(Exception):
    """Its text is the reason."""


class _Reader(podcastparser.PodcastHandler):  # type: ignore[misc]
    """Takes the enclosure's address for the guid that an episode lacks. Without this it would be its link, which is
    the same page for all episodes of many feeds; or, where the guid is blank, the feed's own address.

    An address that is none is left out, with nothing but itself. Of an episode's transcripts the parser would keep the
    last address, without its type.
    """

    def validate_episode(self) -> None:
        episode = self.episodes[-1]
        if episode.get("guid", "") in ("", self.base):
            episode.pop("guid", None)
            if episode["enclosures"]:
                episode["guid"] = episode["enclosures"][0]["url"]
        super().validate_episode()

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - sax's name
        try:
            super().startElement(name, attrs)
            if self._is_transcript(name):
                self._note_captions(attrs)
        except ValueError as error:  # the parser has noted the element before it reads its address
            if isinstance(error, podcastparser.FeedParseError):
                raise

    def _is_transcript(self, name: str) -> bool:
        prefix, _, local = name.partition(":")
        is_ours = local == "transcript" and self.namespace.lookup(prefix) in _NAMESPACES
        return is_ours and self.path_stack[:-1] == ["rss", "channel", "item"]

    def _note_captions(self, attrs: Any) -> None:
        written = attrs.get("url", "").strip()
        url = urljoin(self.base, written)
        form = _FORMS.get(attrs.get("type", "").partition(";")[0].strip().lower())
        form = form or {".vtt": "vtt", ".srt": "srt"}.get(urlsplit(url).path[-4:].lower())
        if written and form:
            self.episodes[-1].setdefault("captions", {"url": url, "form": form, "language": attrs.get("language", "")})

    def endElement(self, name: str) -> None:  # noqa: N802 - sax's name
        try:
            super().endElement(name)
        except ValueError:  # the element ends all the same, as one that the parser does not know
            self.text, self.path_stack[-1] = None, ""
            super().endElement(name)


def main() -> None:
    """Read the feed, print the result."""
    feed, address, most, longest = sys.argv[1:]
    try:
        told = read(Path(feed).read_bytes(), Path(address).read_text(), int(most), int(longest))
    except (_Refused, MemoryError) as error:
        told = {"refused": str(error) or "resource-limit"}
    sys.stdout.write(json.dumps(told))


def read(content: bytes, address: str, most: int, longest: int) -> dict[str, Any]:
    """The result for a feed. Raises _Refused."""
    _refuse_bombs(content)
    reader = _Reader(address, 0)
    try:
        sax.parseString(content, reader)  # noqa: S317 - without entities, and in the sandbox
    except MemoryError:
        raise
    except Exception as error:  # the parser raises any exception on bad input
        raise _Refused("no-feed") from error
    found = reader.data
    # Without a title the parser names a feed by its address, which may be a secret.
    name = "" if found["title"] == podcastparser.file_basename_no_extension(address) else found["title"]
    episodes = [told for one in found["episodes"] if (told := _told(one, longest))]
    episodes.sort(key=lambda one: one["published"], reverse=True)
    return {"name": name[:longest], "language": found.get("language", "")[:longest], "episodes": episodes[:most]}


def _told(episode: dict[str, Any], longest: int) -> dict[str, Any] | None:
    """The fields of an episode: None without a sound or film, or where its address is too long."""
    for enclosure in episode["enclosures"]:
        kind = str(enclosure["mime_type"]).partition("/")[0]
        if kind in ("audio", "video") or enclosure["mime_type"] == "application/octet-stream":
            if not enclosure["url"] or len(enclosure["url"]) > longest:
                return None
            return {
                "guid": _short(episode["guid"], longest),
                "title": episode["title"][:longest],
                "url": enclosure["url"],
                "published": episode["published"],
                "size_bytes": enclosure["file_size"],
                "captions": _fitting(episode.get("captions"), longest),
            }
    return None


def _fitting(captions: dict[str, str] | None, longest: int) -> dict[str, str] | None:
    return captions if captions and all(len(text) <= longest for text in captions.values()) else None


def _short(guid: str, longest: int) -> str:
    """A guid, or what stands for one that is longer."""
    return guid if len(guid) <= longest else hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()


def _refuse_bombs(content: bytes) -> None:
    """Refuse entities of a feed's own, which could stand for any amount of text, and depths without end."""
    parser = expat.ParserCreate()
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Refused("no-feed")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise _Refused("entities")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = begin, end, declared
    try:
        parser.Parse(content, True)
    except _Refused:
        raise
    except Exception as error:  # an encoding that there is not, for instance
        raise _Refused("no-xml") from error


if __name__ == "__main__":
    main()
