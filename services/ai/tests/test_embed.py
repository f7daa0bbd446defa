"""The actor that cuts and embeds: one object for index, no text paid for twice."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from winnow_ai import actors
from winnow_ai.embedding.embed import PassageEmbedder
from winnow_ai.embedding.korean import KiwiSplitter
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines
from winnow_ai.llm.prices import Prices
from winnow_ai.transcription.captions import BEYOND, captions_transcript
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.captions import SOURCE, Captions, Cue
from winnow_contracts.commands import EmbedTranscript, RecordingFiles, StoreRecording
from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.transcript import EmbeddedTranscript, Segment, Transcript, Word
from winnow_journal.task import Task
from winnow_journal.testing.memory import MemoryJournal, memory_task

SENTENCES = 10


@pytest.fixture
def command(objects: MemoryObjectStore) -> EmbedTranscript:
    words = [
        Word(text=text, start_ms=10_000 * number + 500 * place, end_ms=10_000 * number + 500 * place + 400)
        for number in range(SENTENCES)
        for place, text in enumerate(f"Sentence {number} speaks of bottles and of labels too.".split())
    ]
    segment = Segment(text="all", start_ms=0, end_ms=words[-1].end_ms, words=tuple(words))
    transcript = Transcript(language="en", duration_ms=100_000, model="speech", segments=(segment,))
    objects.put_json("transcript.json", to_json(transcript))
    return EmbedTranscript(
        tenant_id="default",
        job_id="job_1",
        media_id="med_1",
        files=RecordingFiles(original_key="o", duration_ms=100_000, has_video=False, audio_key="audio.flac"),
        transcript_key="transcript.json",
    )


@pytest.fixture
def actor(objects: MemoryObjectStore, endpoint: Endpoint, lines: Lines) -> Callable[..., None]:
    embedder = PassageEmbedder(
        objects=objects,
        embedder=endpoint,
        admission=lines.embedding,
        model="vectors",
        generation="vectors",
        dimensions=8,
        batch=4,
        prices=Prices({"vectors": (0.5, 0.0)}),
    )
    return partial(actors.embed_transcript, objects=objects, embedder=embedder, korean=KiwiSplitter())


def embedded_of(task: Task, objects: MemoryObjectStore) -> EmbeddedTranscript:
    (sent,) = task.sent
    assert isinstance(sent, StoreRecording)
    assert sent.embedded_key is not None
    return from_json(EmbeddedTranscript, objects.get_json(sent.embedded_key))


def test_one_object_holds_transcript_passages_and_vectors(
    actor: Callable[..., None], objects: MemoryObjectStore, endpoint: Endpoint, server: Any, command: EmbedTranscript
) -> None:
    task = memory_task(command)
    actor(task, command)

    embedded = embedded_of(task, objects)
    assert (embedded.embedding_model, embedded.dimensions) == ("vectors", 8)
    assert len(embedded.passages) == SENTENCES
    assert [len(texts) for texts in server.embedded] == [4, 4, 2]
    third = embedded.passages[2]
    assert third.text == "Sentence 2 speaks of bottles and of labels too."
    assert third.start_ms == 20_000
    assert list(third.vector) == endpoint.embed([third.text])[0]
    assert len(embedded.transcript.words) == embedded.passages[-1].last_word
    (sent,) = task.sent
    assert isinstance(sent, StoreRecording)
    assert sent.files == command.files
    assert task.result == {"passages": SENTENCES, "model": "vectors"}


def test_a_task_that_failed_midway_pays_for_no_finished_batch(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, command: EmbedTranscript
) -> None:
    journal = MemoryJournal()
    task = memory_task(command, journal=journal)
    task_progress = task.progress

    def fail_after_first(stage: str, done: float) -> None:
        task_progress(stage, done)
        server.misbehave({}, status=503)

    task.progress = fail_after_first  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        actor(task, command)
    assert [len(texts) for texts in server.embedded] == [4]

    again = memory_task(command, attempt_id="attempt-2", journal=journal)
    actor(again, command)
    texts = [text for batch in server.embedded for text in batch]
    assert len(texts) == len(set(texts)) == SENTENCES
    assert all(passage.vector for passage in embedded_of(again, objects).passages)


def test_each_paid_batch_tells_its_tokens_and_cost_once_and_a_cached_one_costs_nothing(
    actor: Callable[..., None], command: EmbedTranscript
) -> None:
    first, elsewhere = MemoryJournal(), MemoryJournal()
    task = memory_task(command, journal=first)
    actor(task, command)
    told = spent_in(first)
    paid = [(one["use"], one["model"], one["tokens_in"], one["cost_usd"]) for one in told]
    assert paid == [("embedding", "vectors", tokens, tokens / 2_000_000) for tokens in (40, 40, 20)]

    again = memory_task(command, attempt_id="attempt-2", journal=first)
    actor(again, command)
    assert spent_in(first) == told
    assert task.untold_spending == again.untold_spending == ()

    actor(memory_task(command, journal=elsewhere), command)
    assert [(one["cached"], one["cost_usd"]) for one in spent_in(elsewhere)] == [(True, None)] * 3


def spent_in(journal: MemoryJournal) -> list[dict[str, Any]]:
    return [one for event in journal.events for one in event.detail.get("spent", ())]


def test_another_node_with_the_same_store_pays_nothing(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, command: EmbedTranscript
) -> None:
    first, second = memory_task(command), memory_task(command, attempt_id="attempt-2")
    actor(first, command)
    paid = len(server.embedded)
    actor(second, command)
    assert len(server.embedded) == paid
    assert embedded_of(first, objects) == embedded_of(second, objects)


def test_the_same_text_twice_is_paid_for_once(
    objects: MemoryObjectStore, endpoint: Endpoint, lines: Lines, server: Any
) -> None:
    words = tuple(
        Word(text=text, start_ms=20_000 * number + 500 * place, end_ms=20_000 * number + 500 * place + 400)
        for number in range(3)
        for place, text in enumerate(["Thank", "you", "all", "for", "listening", "to", "this", "programme", "today."])
    )
    segment = Segment(text="all", start_ms=0, end_ms=1, words=words)
    objects.put_json(
        "t.json", to_json(Transcript(language="en", duration_ms=60_000, model="speech", segments=(segment,)))
    )
    command = EmbedTranscript(
        tenant_id="default",
        job_id="job_1",
        media_id="med_1",
        files=RecordingFiles(original_key="o", duration_ms=60_000, has_video=False),
        transcript_key="t.json",
    )
    embedder = PassageEmbedder(
        objects=objects,
        embedder=endpoint,
        admission=lines.embedding,
        model="vectors",
        generation="vectors",
        dimensions=8,
        batch=64,
        prices=Prices({}),
    )
    task = memory_task(command)
    actors.embed_transcript(task, command, objects=objects, embedder=embedder, korean=KiwiSplitter())
    assert server.embedded == [["Thank you all for listening to this programme today."]]
    assert len({passage.vector for passage in embedded_of(task, objects).passages}) == 1


def test_a_transcript_that_was_embedded_before_is_embedded_again_from_what_was_stored(
    objects: MemoryObjectStore, endpoint: Endpoint, lines: Lines, command: EmbedTranscript
) -> None:
    def embedded(wanted: EmbedTranscript, generation: str) -> EmbeddedTranscript:
        embedder = PassageEmbedder(
            objects=objects,
            embedder=endpoint,
            admission=lines.embedding,
            model="vectors",
            generation=generation,
            dimensions=8,
            batch=64,
            prices=Prices({}),
        )
        task = memory_task(wanted, attempt_id=generation)
        actors.embed_transcript(task, wanted, objects=objects, embedder=embedder, korean=KiwiSplitter())
        return embedded_of(task, objects)

    first = embedded(command, "old")
    objects.put_json("embedded.json", to_json(first))
    again = embedded(dataclasses.replace(command, transcript_key="embedded.json"), "new")
    assert (again.transcript, again.embedding_model) == (first.transcript, "new")


def test_a_prefix_is_sent_with_each_passage_and_another_one_never_gets_its_vectors(
    objects: MemoryObjectStore, endpoint: Endpoint, lines: Lines, server: Any, command: EmbedTranscript
) -> None:
    found: list[EmbeddedTranscript] = []
    for prefix, generation in (("", "vectors"), ("passage: ", "vectors#1"), ("text: ", "vectors#2"), ("", "vectors")):
        embedder = PassageEmbedder(
            objects=objects,
            embedder=endpoint,
            admission=lines.embedding,
            model="vectors",
            generation=generation,
            dimensions=8,
            batch=64,
            prices=Prices({}),
            prefix=prefix,
        )
        task = memory_task(command, attempt_id=f"attempt-{len(found)}")
        actors.embed_transcript(task, command, objects=objects, embedder=embedder, korean=KiwiSplitter())
        found.append(embedded_of(task, objects))

    text = "Sentence 0 speaks of bottles and of labels too."
    assert [texts[0] for texts in server.embedded] == [text, f"passage: {text}", f"text: {text}"]
    assert [embedded.passages[0].text for embedded in found] == [text] * 4
    assert [embedded.embedding_model for embedded in found] == ["vectors", "vectors#1", "vectors#2", "vectors"]
    assert len({embedded.passages[0].vector for embedded in found}) == 3
    assert found[3] == found[0]


def test_silence_is_stored_without_asking_anyone(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, command: EmbedTranscript
) -> None:
    objects.put_json(
        "transcript.json", to_json(Transcript(language="und", duration_ms=1_000, model="speech", segments=()))
    )
    task = memory_task(command)
    actor(task, command)
    assert embedded_of(task, objects).passages == ()
    assert server.authorization == []


def test_captions_become_a_transcript_that_ends_with_the_recording(
    actor: Callable[..., None], objects: MemoryObjectStore, command: EmbedTranscript
) -> None:
    cues = (
        Cue(start_ms=1_000, end_ms=3_000, text="Rinse it first."),
        Cue(start_ms=90_000, end_ms=120_000, text="Then fold it."),
        Cue(start_ms=100_000, end_ms=130_000, text="Beyond."),
    )
    objects.put_json("captions-1", to_json(Captions(language="en", cues=cues)))
    of_captions = dataclasses.replace(command, transcript_key="captions-1")
    task = memory_task(of_captions)
    actor(task, of_captions)

    embedded = embedded_of(task, objects)
    transcript = embedded.transcript
    assert (transcript.model, transcript.language, transcript.duration_ms) == (SOURCE, "en", 100_000)
    assert [(one.text, one.start_ms, one.end_ms) for one in transcript.segments] == [
        ("Rinse it first.", 1_000, 3_000),
        ("Then fold it.", 90_000, 100_000),
    ]
    assert [(word.text, word.start_ms, word.end_ms) for word in transcript.segments[0].words] == [
        ("Rinse", 1_000, 1_750),
        ("it", 1_750, 2_125),
        ("first.", 2_125, 3_000),
    ]
    assert transcript.warnings == (BEYOND,)
    assert [passage.text for passage in embedded.passages] == ["Rinse it first.", "Then fold it."]


def test_captions_without_spaces_are_cut_at_each_character() -> None:
    captions = Captions(language="ja", cues=(Cue(start_ms=0, end_ms=400, text="瓶を洗う"),))
    (segment,) = captions_transcript(captions, 1_000).segments
    assert [(word.text, word.end_ms) for word in segment.words] == [("瓶", 100), ("を", 200), ("洗", 300), ("う", 400)]
