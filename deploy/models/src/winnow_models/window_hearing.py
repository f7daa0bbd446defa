"""Transcribes one window: encodes, detects the language, decodes in a limited number of attempts, times each word."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winnow_models.heard import SpokenWord, Utterance
from winnow_models.speech_settings import BEAM_SIZE
from winnow_models.speech_task import SpeechOptions
from winnow_models.speech_windows import Samples, Window

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

Encoded = Any
"""The encoder's output, which only the engine reads."""

SURE_OF_LANGUAGE = 0.6
"""Below it, a window is taken to be in the language of the preceding speech."""

_ATTEMPTS: tuple[dict[str, Any], ...] = (
    {"beam_size": BEAM_SIZE},
    {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": 0.4},
)
_REPETITIVE = 2.4
_UNSURE = -1.0
_SURE = -0.25
_HOPELESS = -1.5
_UNSURE_OF_GUESS = -1.0
"""Below it, words in a guessed language are invented."""

_NO_SPEECH = 0.6
_TOKENS, _TOKENS_PER_SECOND = 16, 9
"""The limit of tokens: fast speech has about five a second in English, eight in Korean (a syllable is a token)."""

_PAUSE_SECONDS = 1.0
_ABBREVIATED_WORDS = 2
_BEFORE_WORDS, _AFTER_WORDS = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
_SENTENCE_ENDS = (".", "?", "!", "。", "？", "！", "…")


@dataclass(frozen=True, kw_only=True)
class _Decoded:
    tokens: list[int]
    text: str
    avg_logprob: float
    no_speech_prob: float
    temperature: float
    finished: bool
    """Whether the model ended by itself, before its limit of tokens."""

    @property
    def compression_ratio(self) -> float:
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw))

    @property
    def is_repetitive(self) -> bool:
        return self.compression_ratio > _REPETITIVE

    @property
    def is_loop(self) -> bool:
        """Whether the model repeats itself: people repeat themselves too, but they come to an end."""
        return self.is_repetitive and (not self.finished or self.avg_logprob < _SURE)

    @property
    def is_silence(self) -> bool:
        return self.no_speech_prob > _NO_SPEECH and self.avg_logprob < _UNSURE

    @property
    def is_good(self) -> bool:
        return self.is_silence or (not self.is_loop and self.avg_logprob >= _UNSURE)

    @property
    def is_worth_telling(self) -> bool:
        return not self.is_silence and not self.is_loop and self.avg_logprob >= _HOPELESS


def hear_window(
    model: "WhisperModel", window: Window, samples: Samples, wish: SpeechOptions, check: Callable[[], None]
) -> tuple[Utterance, ...]:
    """Transcribes a window's samples. ``check`` is called between the steps; what it raises passes through."""
    from faster_whisper.audio import pad_or_trim
    from faster_whisper.tokenizer import Tokenizer

    check()
    features = model.feature_extractor(samples)[..., :-1]
    encoded = model.encode(pad_or_trim(features))
    check()
    language, probability = _language(model, encoded, wish)
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
    decoded = _decode(model, encoded, tokenizer, window.seconds, wish.prompt, check)
    guessed = probability < SURE_OF_LANGUAGE and wish.likely_language is None
    if (guessed and decoded.avg_logprob < _UNSURE_OF_GUESS) or not decoded.is_worth_telling or not decoded.text.strip():
        return ()
    timed = _timed(model, encoded, tokenizer, decoded.tokens, features.shape[-1])
    return tuple(
        Utterance(
            text="".join(word["word"] for word in sentence),
            start_seconds=window.in_sound(sentence[0]["start"]),
            end_seconds=window.in_sound(sentence[-1]["end"]),
            language=language,
            language_probability=probability,
            avg_logprob=decoded.avg_logprob,
            no_speech_prob=decoded.no_speech_prob,
            compression_ratio=decoded.compression_ratio,
            temperature=decoded.temperature,
            words=tuple(_spoken(word, window) for word in sentence),
        )
        for sentence in _sentences(timed)
    )


def _language(model: "WhisperModel", encoded: Encoded, wish: SpeechOptions) -> tuple[str, float]:
    if wish.language is not None:
        return wish.language, 1.0
    found = {token.strip("<|>"): float(probability) for token, probability in model.model.detect_language(encoded)[0]}
    language = max(found, key=lambda code: found[code])
    if found[language] < SURE_OF_LANGUAGE and wish.likely_language is not None:
        language = wish.likely_language
    return language, found[language]


def _decode(
    model: "WhisperModel",
    encoded: Encoded,
    tokenizer: "Tokenizer",
    seconds: float,
    prompt: str | None,
    check: Callable[[], None],
) -> _Decoded:
    """Returns the first good attempt, else the likeliest that is no loop, else the last."""
    from faster_whisper.transcribe import get_suppressed_tokens

    said_before = tokenizer.encode(f" {prompt.strip()}") if prompt else []
    start = model.get_prompt(tokenizer, said_before, without_timestamps=True)
    suppressed = get_suppressed_tokens(tokenizer, [-1])
    tried: list[_Decoded] = []
    budget = min(_TOKENS + round(seconds * _TOKENS_PER_SECOND), model.max_length - len(start))
    for attempt in _ATTEMPTS:
        check()
        (result,) = model.model.generate(
            encoded,
            [start],
            max_length=len(start) + budget,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=suppressed,
            **attempt,
        )
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        decoded = _Decoded(
            tokens=tokens,
            text=tokenizer.decode(tokens),
            avg_logprob=float(result.scores[0]) * len(tokens) / (len(tokens) + 1),
            no_speech_prob=float(result.no_speech_prob),
            temperature=float(attempt.get("sampling_temperature", 0.0)),
            finished=len(result.sequences_ids[0]) < budget,
        )
        tried.append(decoded)
        if decoded.is_good:
            return decoded
    return max(tried, key=lambda decoded: (not decoded.is_loop, decoded.avg_logprob))


def _timed(
    model: "WhisperModel", encoded: Encoded, tokenizer: "Tokenizer", tokens: list[int], frames: int
) -> list[dict[str, Any]]:
    """Returns the words of ``tokens`` with their times in seconds of the window."""
    whole: dict[str, Any] = {
        "tokens": tokens,
        "seek": 0,
        "start": 0.0,
        "end": frames / model.frames_per_second,
        "words": [],
    }
    model.add_word_timestamps([[whole]], tokenizer, encoded, frames, _BEFORE_WORDS, _AFTER_WORDS, 0.0)
    return list(whole["words"])


def _sentences(words: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Splits words at the end of a sentence, but not after "Mr.", or at a pause."""
    held: list[dict[str, Any]] = []
    for word in words:
        ended = held and held[-1]["word"].endswith(_SENTENCE_ENDS) and len(held) > _ABBREVIATED_WORDS
        if ended or (held and word["start"] - held[-1]["end"] > _PAUSE_SECONDS):
            yield held
            held = []
        held.append(word)
    if held:
        yield held


def _spoken(word: dict[str, Any], window: Window) -> SpokenWord:
    return SpokenWord(
        word=word["word"].strip(),
        start_seconds=window.in_sound(word["start"]),
        end_seconds=window.in_sound(word["end"]),
        probability=float(word["probability"]),
    )
