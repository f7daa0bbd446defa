"""Libraries in a folder: what is fetched, kept and left out, and what is sent of an export."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from winnow_cli.library.archive import read_archive
from winnow_cli.library.exporting import export_library
from winnow_cli.library.importing import import_library
from winnow_cli.library.progress import LibraryProgress
from winnow_client import Client
from winnow_client.errors import BadInput, Conflict, Gone, Misconfigured, NotFound, Unavailable
from winnow_client.generated.models import Media

FILM = b"film" * 1_000
MEDIA = {"id": "med_a", "kind": "recording", "title": "a", "tags": [], "created_at": "2026", "size_bytes": 1}


def media(name: str, **changes: Any) -> Media:
    """A media as the client reads it."""
    known: dict[str, Any] = dict.fromkeys(Media.__dataclass_fields__)
    known |= {"id": f"med_{name}", "kind": "recording", "title": name, "filename": f"{name}.mp4", "tags": ()}
    known |= {"created_at": f"2026-01-01T00:00:0{len(name)}Z", "status": "ready", "version": 0}
    return Media(**{**known, "size_bytes": len(FILM), "language": "en", **changes})


def archived(folder: Path, one: Media, *, original: bool = True, said: str = "", **about: Any) -> Path:
    """Writes an export of the media."""
    shown = {
        name: getattr(one, name) for name in ("id", "kind", "title", "status", "version", "created_at", "language")
    }
    shown |= {"tags": list(one.tags), "size_bytes": one.size_bytes}
    file = folder / f"{one.id}.zip"
    with zipfile.ZipFile(file, "w") as archive:
        whole = {"winnow_export": 1, "media": shown, "job": {"metadata": {"course": "physics"}}, **about}
        archive.writestr("media.json", json.dumps(whole))
        if said:
            archive.writestr("transcript.vtt", said)
        if original:
            archive.writestr(f"original/{one.filename}", FILM)
    return file


class Library:
    """A gateway with media; it has those that were uploaded too, under ids of its own."""

    def __init__(self, *known: Media) -> None:
        self.known = {one.id: one for one in known}
        self.exported: list[str] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.captions: list[tuple[str, str] | None] = []
        self.edited: list[Any] = []
        self.refused: dict[str, Exception] = {}
        self.refused_captions: Exception | None = None
        self.jobs = "done"
        self.not_ready = 0
        self.unanswered = 0
        self.corrections: list[dict[str, Any]] = []

    @property
    def media(self) -> "Library":
        return self

    def list(self, **filters: Any) -> list[Media]:
        return list(self.known.values())[::-1]

    def export(self, media_id: str, file: Path, *, on_progress: Any, original: str = "true") -> Path:
        self.exported.append(media_id)
        if media_id in self.refused:
            raise self.refused[media_id]
        on_progress(10, 10)
        return archived(file.parent, self.known[media_id], original=original == "true")

    def upload(
        self, file: Path, *, key: str, on_progress: Any, captions: Path | None, again: bool, **options: Any
    ) -> Any:
        if key in self.refused:
            raise self.refused[key]
        if captions and self.refused_captions:
            raise self.refused_captions
        assert file.read_bytes() == FILM
        new = media(f"new{len(self.sent)}", title=file.stem)
        self.known[new.id] = new
        self.sent.append((key, options))
        self.captions.append((captions.name, captions.read_text()) if captions else None)
        return type("Job", (), {"media_id": new.id})

    def get(self, path: str, query: Any = None) -> Any:
        if path == "/v1/jobs":
            origin = query["metadata"]["imported_from"]
            found = [n for n, (_, options) in enumerate(self.sent) if options["metadata"]["imported_from"] == origin]
            return {"items": [{"id": f"job_{n}", "status": self.jobs, "media_id": f"med_new{n}"} for n in found]}
        if path.startswith("/v1/photos/"):
            return {"feedback": self.corrections[::-1]}
        one = self.known.get(path.rpartition("/")[2])
        if one is None:
            raise NotFound("There is none.")
        return {"id": one.id, "title": one.title, "tags": list(one.tags), "version": one.version}

    def send(self, method: str, path: str, value: Any = None, **more: Any) -> Any:
        if path.endswith("/feedback"):
            if self.unanswered:
                self.unanswered -= 1
                raise Conflict("It has no answer yet.", code="not-ready")
            self.corrections.append({**value, "id": more["headers"]["Idempotency-Key"]})
            return {}
        if method == "POST":
            query = {**more["query"], "metadata": json.loads(more["query"]["metadata"])}
            self.sent.append((more["headers"]["Idempotency-Key"], query))
            self.known["med_photo"] = media("photo", kind="photo")
            return {"media_id": "med_photo"}
        if self.not_ready:
            self.not_ready -= 1
            raise Conflict("It was accepted a moment ago.")
        self.edited.append((path, value, more["headers"]))
        return {}


def exported(library: Any, folder: Path, *, originals: bool = True) -> dict[str, str]:
    return {one.media.id: one.state for one in export_library(library, folder, originals=originals)}


def imported(library: Any, folder: Path) -> dict[str, str]:
    return {one.file.stem: one.state for one in import_library(library, folder)}


def test_a_library_is_fetched_once_the_oldest_first_and_listed(tmp_path: Path) -> None:
    library = Library(media("a"), media("bb"))
    folder = tmp_path / "new"
    assert exported(library, folder) == {"med_a": "fetched", "med_bb": "fetched"}
    assert library.exported == ["med_a", "med_bb"]
    assert exported(library, folder) == {"med_a": "kept", "med_bb": "kept"}
    assert len(library.exported) == 2
    manifest = json.loads((folder / "library.json").read_text())
    assert [(one["id"], one["file"], one["state"]) for one in manifest["items"]] == [
        ("med_a", "med_a.zip", "kept"),
        ("med_bb", "med_bb.zip", "kept"),
    ]


def test_what_is_damaged_edited_or_lacks_its_original_is_fetched_again(tmp_path: Path) -> None:
    library = Library(media("a"), media("bb"), media("ccc"), media("dddd"))
    exported(library, tmp_path)
    (tmp_path / "med_a.zip").write_bytes(b"PK half")
    library.known["med_bb"] = media("bb", version=1)
    archived(tmp_path, library.known["med_ccc"], original=False)
    states = exported(library, tmp_path)
    assert states == {"med_a": "fetched", "med_bb": "fetched", "med_ccc": "fetched", "med_dddd": "kept"}
    assert exported(library, tmp_path, originals=False)["med_ccc"] == "kept"


def test_one_that_is_refused_is_left_out_and_a_gateway_that_is_away_ends_it(tmp_path: Path) -> None:
    library = Library(media("a"), media("bb"))
    library.refused["med_a"] = Conflict("It is still being worked on.")
    assert exported(library, tmp_path) == {"med_a": "left out", "med_bb": "fetched"}
    library.refused["med_a"] = Unavailable("Winnow does not answer.")
    with pytest.raises(Unavailable):
        exported(library, tmp_path)


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(Misconfigured, match="a"):
        exported(Library(), tmp_path / "a")


def test_originals_are_sent_once_with_title_tags_and_metadata(tmp_path: Path) -> None:
    archived(tmp_path, media("a", title="A talk", tags=("x", "y")))
    library = Library()
    library.not_ready = 1
    assert imported(library, tmp_path) == {"med_a": "sent"}
    [(key, options)] = library.sent
    assert (key, options["language"], options["priority"]) == ("import-med_a", "en", "bulk")
    added = "2026-01-01T00:00:01Z"
    assert options["metadata"] == {"course": "physics", "imported_from": "med_a", "imported_added_at": added}
    [(path, value, headers)] = library.edited
    assert (path, value) == ("/v1/media/med_new0", {"title": "A talk", "tags": ["x", "y"]})
    assert headers == {"If-Match": '"0"'}
    library.known["med_new0"] = media("new0", title="Renamed", version=2)
    assert imported(library, tmp_path) == {"med_a": "there"}
    assert (len(library.sent), len(library.edited)) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["med_a.zip"]


def test_what_was_said_is_sent_along_unless_nothing_was_or_more_than_is_taken(tmp_path: Path) -> None:
    said = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n안녕하세요\n"
    archived(tmp_path, media("a", language="ko"), said=said)
    archived(tmp_path, media("bb", language=None), said=said)
    archived(tmp_path, media("ccc"), said="WEBVTT\n")
    archived(tmp_path, media("dddd"), said=said + " " * (5 << 20))
    library = Library()
    assert set(imported(library, tmp_path).values()) == {"sent"}
    assert library.captions == [("captions.ko.vtt", said), ("captions.vtt", said), None, None]


def test_what_was_said_and_is_not_taken_is_heard_anew_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archived(tmp_path, media("a"), said="WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n" + "long " * 500)
    library: Any = Library()
    library.refused_captions = BadInput("Line 4 has more than 2,000 characters.", code="invalid-captions")
    [one] = import_library(library, tmp_path)
    assert (one.state, one.media_id, library.captions) == ("sent", "med_new0", [None])
    assert one.to_json()["note"].endswith("Line 4 has more than 2,000 characters.")
    assert "is heard anew: Line 4" in capsys.readouterr().err


def test_another_refusal_is_no_reason_to_leave_the_text_behind(tmp_path: Path) -> None:
    archived(tmp_path, media("a"), said="WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nhello\n")
    library = Library()
    library.refused_captions = BadInput("It is too large.", code="too-large")
    assert imported(library, tmp_path) == {"med_a": "left out"}


@pytest.mark.parametrize(("status", "said"), [("failed", "its job failed"), ("cancelled", "its job was cancelled")])
def test_one_whose_import_failed_is_not_there(tmp_path: Path, status: str, said: str) -> None:
    archived(tmp_path, media("a"))
    library: Any = Library()
    assert imported(library, tmp_path) == {"med_a": "sent"}
    library.jobs = status
    [one] = import_library(library, tmp_path)
    assert one.state == "left out"
    assert said in one.error.detail
    assert one.error.hint == "./winnow retry job_0 runs it again."


@pytest.mark.parametrize(
    "about",
    [
        [],
        {"winnow_export": 1},
        {"winnow_export": 1, "media": "med_a"},
        *({"winnow_export": 1, "media": {k: v for k, v in MEDIA.items() if k != name}} for name in MEDIA),
        {"winnow_export": 1, "media": MEDIA, "job": None},
    ],
)
def test_one_that_does_not_say_what_it_is_stops_no_other(tmp_path: Path, about: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("media.json", json.dumps(about))
        archive.writestr("original/a", "x")
    archived(tmp_path, media("bb"))
    assert imported(Library(), tmp_path) == {"a": "left out", "med_bb": "sent"}


def test_nothing_is_sent_to_the_library_that_it_is_from(tmp_path: Path) -> None:
    library = Library(media("a"))
    exported(library, tmp_path)
    assert imported(library, tmp_path) == {"med_a": "there"}
    assert not library.sent


def test_a_photo_is_sent_as_one_with_its_language_and_region(tmp_path: Path) -> None:
    one = media("can", kind="photo", filename="can.jpg", language=None)
    archived(tmp_path, one, photo={"classification": {"language": "ko", "region": "kr"}})
    library = Library()
    assert imported(library, tmp_path) == {"med_can": "sent"}
    [(key, query)] = library.sent
    assert (key, query["filename"], query["language"], query["region"]) == ('"import-med_can"', "can.jpg", "ko", "kr")


FEEDBACK = [
    {"id": "fb_2", "correct_category": "glass", "correct_item": "glass_jar", "correct_state": None, "note": None},
    {"id": "fb_1", "correct_category": "metal", "correct_item": None, "correct_state": "dirty", "note": "A can."},
]
"""As an export has it: the newest first."""


def test_corrections_of_a_photo_come_along_once_it_has_an_answer_and_only_once(tmp_path: Path) -> None:
    archived(tmp_path, media("can", kind="photo", filename="can.jpg"), photo={"feedback": FEEDBACK})
    library = Library()
    library.unanswered = 1
    assert imported(library, tmp_path) == {"med_can": "sent"}
    assert library.corrections == [
        {"correct_category": "metal", "correct_state": "dirty", "note": "A can.", "id": '"import-fb_1"'},
        {"correct_category": "glass", "correct_item": "glass_jar", "id": '"import-fb_2"'},
    ]
    library.known["med_new0"] = library.known["med_photo"]
    assert imported(library, tmp_path) == {"med_can": "there"}
    assert len(library.corrections) == 2


def test_corrections_of_a_photo_that_is_not_answered_in_time_are_told_and_come_with_another_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("winnow_cli.library.importing._ANSWER_SECONDS", 0.0)
    archived(tmp_path, media("can", kind="photo", filename="can.jpg"), photo={"feedback": FEEDBACK})
    library: Any = Library()
    library.unanswered = 1_000
    [one] = import_library(library, tmp_path)
    assert (one.state, library.corrections) == ("sent", [])
    assert one.to_json()["note"] == "2 corrections left behind: it has no answer yet. Another import brings them."
    assert "2 corrections left behind" in capsys.readouterr().err
    library.unanswered = 0
    library.known["med_new0"] = library.known["med_photo"]
    [again] = import_library(library, tmp_path)
    assert (again.note, len(library.corrections)) == ("", 2)


def test_a_library_gets_no_corrections_of_its_own_photos(tmp_path: Path) -> None:
    archived(tmp_path, media("can", kind="photo", filename="can.jpg"), photo={"feedback": FEEDBACK})
    library = Library(media("can", kind="photo"))
    assert imported(library, tmp_path) == {"med_can": "there"}
    assert library.corrections == []


def test_what_has_no_original_is_no_export_or_was_deleted_is_left_out(tmp_path: Path) -> None:
    archived(tmp_path, media("a"), original=False)
    archived(tmp_path, media("bb"))
    (tmp_path / "other.zip").write_bytes(b"no ZIP file")
    archived(tmp_path, media("ccc"), winnow_export=2)
    library = Library()
    library.refused["import-med_bb"] = Gone("It was deleted.")
    states = imported(library, tmp_path)
    assert states == dict.fromkeys(("med_a", "med_bb", "other", "med_ccc"), "left out")


def test_a_damaged_original_is_not_sent(tmp_path: Path) -> None:
    file = archived(tmp_path, media("a"))
    file.write_bytes(file.read_bytes().replace(FILM[:8], b"mlif" * 2))
    library = Library()
    assert imported(library, tmp_path) == {"med_a": "left out"}
    assert not library.sent


def test_metadata_without_room_stays_as_it_is(tmp_path: Path) -> None:
    full = {f"key{n}": n for n in range(16)}
    archived(tmp_path, media("a"), job={"metadata": full})
    library = Library()
    library.get = lambda path, query=None: (  # type: ignore[method-assign]
        {"items": []} if path == "/v1/jobs" else Library.get(library, path, query)
    )
    imported(library, tmp_path)
    assert library.sent[0][1]["metadata"] == full


def test_a_name_that_leads_out_of_its_folder_is_no_original(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("media.json", json.dumps({"winnow_export": 1, "media": MEDIA}))
        for name in ("original/..", "original/../../b", "/original/b", "original/b/c"):
            archive.writestr(name, "x")
    assert read_archive(file).original is None


def test_a_folder_without_exports_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no exports"):
        import_library(Client("http://127.0.0.1:1", "key"), tmp_path)
    (tmp_path / "a.zip").write_bytes(b"")
    with pytest.raises(BadInput):
        read_archive(tmp_path / "a.zip")


def test_the_line_of_a_terminal_tells_how_long_yet() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    progress = LibraryProgress(2, 4_000_000, out)
    progress.moving(1_000_000, 2_000_000)
    assert "0 of 2  1.0 MB of 4.0 MB  about 0 s left" in out.getvalue()
    progress.ended("one", 2_000_000, moved=True)
    progress.ended("two", 2_000_000, moved=False)
    assert out.getvalue().endswith("2 of 2  4.0 MB of 4.0 MB\n")
