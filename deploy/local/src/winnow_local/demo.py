"""The demo of a recording: uploads it, asks three questions, and checks that each finds its moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from winnow_cli.following import follow, upload
from winnow_cli.hits import marked
from winnow_cli.text_times import clock
from winnow_client import Client
from winnow_local.sample import Clip, DemoSample
from winnow_local.word_errors import word_error_rate

_JOB_SECONDS = 600
_HIGHEST_WORD_ERROR_RATE = 0.10
_LEEWAY_MS = 1000
"""Whisper's times are accurate to half a second, and the player opens a little before them."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, its relation to the spoken words, and the clip that answers it."""

    text: str
    kind: str
    clip: str


QUESTIONS = (
    Question(
        text="cold hearted and rather selfish",
        kind="the very words",
        clip="sense_and_sensibility_01_austen_64kb-0890",
    ),
    Question(
        text="A kinder wife would have earned him esteem",
        kind="in other words",
        clip="sense_and_sensibility_01_austen_64kb-0920",
    ),
    Question(
        text="What could John Dashwood give to his relatives?",
        kind="in other words",
        clip="sense_and_sensibility_01_austen_64kb-0870",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Runs the sample through a running stack and prints each step."""

    client: Client
    sample: DemoSample
    page_url: str
    say: Callable[[str], None]

    def index(self) -> dict[str, Any]:
        """Uploads the sample, follows its job and returns the ended job."""
        self.say(f"Uploading {self.sample.file.name} ...")
        accepted = upload(self.client, self.sample.file)
        self.say(f"Accepted as {accepted.media_id}, job {accepted.id}. Its stages:")
        return follow(self.client, accepted.id, self.say, _JOB_SECONDS)

    def judge_transcript(self, media_id: str) -> bool:
        """Prints the transcript's accuracy; returns whether it is good enough."""
        transcript = self.client.get(f"/v1/media/{media_id}/transcript.json")
        written = " ".join(segment["text"] for segment in transcript["segments"])
        rate = word_error_rate(self.sample.words, written)
        self.say(f"\nIt was written down as:\n  {written.strip()}")
        self.say(f"Word error rate against the package's own transcription: {100 * rate:.1f} %")
        return rate <= _HIGHEST_WORD_ERROR_RATE

    def judge_answers(self, media_id: str) -> bool:
        """Asks every question and prints where its answer was found; returns whether all were found at the right
        moment.
        """
        verdicts = [self._judge(question, media_id) for question in QUESTIONS]
        return all(verdicts)

    def _judge(self, question: Question, media_id: str) -> bool:
        clip = next(clip for clip in self.sample.clips if clip.name == question.clip)
        answer = self.client.get("/v1/search", {"q": question.text, "media_id": media_id, "limit": 3})
        moments = [moment for item in answer["items"] for moment in item["moments"]]
        right = bool(moments) and opens_in(moments[0], clip)
        self.say(f"\n{question.text}   ({question.kind}, found in {answer['took_ms']} ms)")
        for moment in moments[:1]:
            self.say(f"  {clock(moment['start_ms'])}-{clock(moment['end_ms'])}  {marked(moment)}")
            self.say(f"  {self.page_url}{moment['play_url']}")
        verdict = "right" if right else "WRONG"
        self.say(f"  {verdict}: it was said from {clock(clip.start_ms)} to {clock(clip.end_ms)}")
        return right


def opens_in(moment: dict[str, Any], clip: Clip) -> bool:
    """Whether the player opens within the clip, at most a second before it."""
    at_ms = moment.get("word_start_ms") or moment["start_ms"]
    return bool(clip.start_ms - _LEEWAY_MS <= at_ms < clip.end_ms)
