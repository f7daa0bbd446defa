"""The demo of photos: sends them through the real stack and scores the answers."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from winnow_cli.photos.collection import Photo, photos_in
from winnow_cli.photos.progress import PhotoProgress
from winnow_cli.photos.sorting import Wishes, sort_photos
from winnow_cli.photos.words import answer_lines, table_lines, why_not
from winnow_cli.text_times import spent
from winnow_client import Client
from winnow_local.photos.drawings import drawings
from winnow_local.photos.score import Judged, Score, score_lines, true_category

_AT_ONCE = 6
_MEASURED_SPLIT = "val"
_TABLE_OF_MOST = 20


@dataclass(frozen=True, kw_only=True)
class PhotoDemo:
    """Sends photos through a running stack and prints each step."""

    client: Client
    say: Callable[[str], None]

    def sort_collection(self, source: Path) -> bool:
        """Sorts a folder or a zip; returns whether all went well, and well enough if the folders' names are labels."""
        with photos_in(source) as found:
            measured = [photo for photo in found if photo.split == _MEASURED_SPLIT]
            if measured:
                self.say(
                    f"\n{len(measured)} of {len(found)} photos in {source}: those of the split {_MEASURED_SPLIT!r}."
                )
            else:
                self.say(f"\n{len(found)} photos in {source}.")
            judged = self._sort(measured or found)
        self._tell_failures(judged)
        known = Score(judged=[one for one in judged if one.truth is not None])
        if known.judged:
            self._tell_score(known)
        else:
            self.say("No folder's name says what is right, so nothing is judged.\n")
            self._tell_table(judged)
        return not _failed(judged) and (not known.judged or known.good_enough)

    def sort_drawings(self) -> bool:
        """Sorts a few drawings; returns whether each was processed. The answers prove nothing about the model."""
        self.say("\nNo photos were given, so these are drawings made just now. They prove the way through every part,")
        self.say("and nothing about how well photos are sorted: the model learnt from photos. ./winnow demo --photos")
        self.say("FOLDER sorts real ones.")
        photos = [Photo(name=name, split="", read=partial(bytes, drawn)) for name, drawn in drawings().items()]
        judged = self._sort(photos)
        self._tell_failures(judged)
        self._tell_table(judged)
        in_full = next((one.photo for one in judged if one.said is not None), None)
        if in_full is not None:
            self._tell("\nOne of them in full:", answer_lines(in_full))
        return not _failed(judged)

    def _sort(self, photos: Sequence[Photo]) -> list[Judged]:
        progress = PhotoProgress(len(photos))
        judged = []
        named = [(photo.name, photo.read) for photo in photos]
        for photo, result in zip(photos, sort_photos(self.client, named, Wishes(), _AT_ONCE), strict=True):
            judged.append(Judged(photo=result, truth=true_category(photo)))
            progress.step()
        seconds = sorted(one.photo.seconds for one in judged)
        middle, slowest = statistics.median(seconds), seconds[-1]
        self.say(
            f"From sending to the answer, {min(_AT_ONCE, len(photos))} at once: half within {spent(1000 * middle)}, "
            f"all within {spent(1000 * slowest)}.\n"
        )
        return judged

    def _tell_score(self, score: Score) -> None:
        self._tell("", score_lines(score))
        wrong = [one for one in score.judged if one.said is not None and one.said is not one.truth]
        silent = [one for one in score.judged if one.said is None and not one.photo.error]
        self._tell(f"\nSorted wrong ({len(wrong)}):", map(_wrong_line, wrong))
        self._tell(f"\nNot sorted ({len(silent)}):", (f"  {one.photo.name}: {why_not(one.photo)}" for one in silent))

    def _tell_table(self, judged: Sequence[Judged]) -> None:
        self._tell("", table_lines(one.photo for one in judged[:_TABLE_OF_MOST]))
        if len(judged) > _TABLE_OF_MOST:
            self.say(f"... and {len(judged) - _TABLE_OF_MOST} more.")

    def _tell_failures(self, judged: Sequence[Judged]) -> None:
        failed = _failed(judged)
        if failed:
            self._tell(f"Failed ({len(failed)}):", (f"  {one.photo.name}: {why_not(one.photo)}" for one in failed))

    def _tell(self, title: str, lines: Iterable[str]) -> None:
        if title:
            self.say(title)
        for line in lines:
            self.say(line)


def _failed(judged: Sequence[Judged]) -> list[Judged]:
    return [one for one in judged if one.photo.error]


def _wrong_line(one: Judged) -> str:
    item = one.photo.item or {}
    return f"  {one.photo.name}: {one.truth}, sorted as {one.said} ({100 * item['confidence']:.0f} % sure)"
