"""Guidance: a rule in friendly words, from a text model if one is set and keeps to the rule, else the rule's own."""

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from winnow_ai.llm.chat import ChatRequest, Use
from winnow_ai.llm.request import LlmRequests, TaskRequests
from winnow_ai.llm.speech_response import Unreadable
from winnow_ai.photo.reading import json_object, objects, shown
from winnow_ai.prompts import Prompt, load_prompt
from winnow_ai.rules.guidance import steps_of
from winnow_contracts.errors import Deferred, Snoozed, Unavailable, WinnowError
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.photo import FoundItem, GuidanceStep, GuidedBy, Rule
from winnow_journal.task import Task

PROMPT = "advise-1"
TEMPERATURE = 0.7
MOST_TOKENS = 300
LANGUAGES = {"en": "English", "ko": "Korean"}

_FAR_MS = 30_000
"""Guidance does without the text model if its reservation is farther off than this."""
_LONGEST = 400
"""The most characters of one step."""
_HANGUL = re.compile(r"[가-힣]")
_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """Steps in words. ``failed`` says that a text model is set but did not give them."""

    steps: tuple[GuidanceStep, ...]
    guided_by: GuidedBy
    model: str = ""
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Guide:
    """Gives guidance, with a text model unless ``model`` is empty."""

    asker: LlmRequests
    model: str

    def guide(self, task: Task, number: int, item: FoundItem, rule: Rule, asking: TaskRequests) -> Guidance:
        """How to throw ``item`` away by ``rule``, in the rule's language.

        ``number`` is the item's position in the finding. Raises Deferred only if the text model's reservation is near.
        In every other case of failure the rule's own words are good enough, and nobody has to wait.
        """
        if not self.model or rule.language not in LANGUAGES:
            return by_rule(rule, failed=False)
        prompt = load_prompt(PROMPT, language=LANGUAGES[rule.language])
        question = self._question(item, rule, prompt)

        def write() -> Any:
            try:
                # Two nested steps: the inner records the model's answer, the outer records success or failure, so a
                # failed call is not repeated when the task resumes for the next item.
                answer = asking.ask(f"write {number}", question, prompt, partial(read_steps, rule=rule))
            except WinnowError as error:
                if not self._goes_without(error):
                    raise
                return to_json(by_rule(rule, failed=True))
            return to_json(Guidance(steps=answer.value, guided_by=GuidedBy.MODEL, model=self.model))

        inputs = {"question": question.content, "model": self.model, "spent": task.envelope.spent}
        return from_json(Guidance, task.step(f"guidance {number}", write, inputs=inputs))

    def _goes_without(self, error: WinnowError) -> bool:
        """Whether to do without the model: it failed, or its reservation is too far off. False for a store error."""
        match error:
            case Deferred():
                return error.turn_ms - self.asker.clock.now_ms() > _FAR_MS
            case Snoozed():
                return error.wait_seconds * 1000 > _FAR_MS
            case Unavailable():
                return error.dependency == "ai"
            case _:
                return True

    def _question(self, item: FoundItem, rule: Rule, prompt: Prompt) -> ChatRequest:
        given = {
            "language": LANGUAGES[rule.language],
            "thing": {"category": item.category, "item": item.item, "state": item.state},
            "rule": {
                "id": rule.id,
                "region": rule.region,
                "version": rule.version,
                "title": rule.title,
                "where": rule.bin,
                "caution": rule.caution,
                "steps": [{"id": step.id, "text": step.text} for step in rule.steps],
            },
        }
        return ChatRequest(
            use=Use.TEXT,
            model=self.model,
            instructions=prompt.text,
            content=json.dumps(given, ensure_ascii=False),
            schema=schema(rule),
            schema_name="guidance",
            temperature=TEMPERATURE,
            most_tokens=MOST_TOKENS,
        )


def by_rule(rule: Rule, *, failed: bool) -> Guidance:
    """Guidance made of the rule's own steps."""
    return Guidance(steps=steps_of(rule), guided_by=GuidedBy.RULE, failed=failed)


def schema(rule: Rule) -> dict[str, Any]:
    """The JSON Schema of an answer. It allows only the ids of this rule's steps."""
    step = {"rule_step": {"type": "string", "enum": [step.id for step in rule.steps]}, "text": {"type": "string"}}
    entry = {"type": "object", "properties": step, "required": [*step], "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"steps": {"type": "array", "items": entry}},
        "required": ["steps"],
        "additionalProperties": False,
    }


def read_steps(text: str, *, rule: Rule) -> tuple[GuidanceStep, ...]:
    """Parse a model's answer. Raises Unreadable unless it has one entry per step of the rule, in its order."""
    wanted = [step.id for step in rule.steps]
    entries = objects(json_object(text).get("steps"), "steps", len(wanted))
    given = [entry.get("rule_step") for entry in entries]
    if given != wanted:
        raise Unreadable(f"steps must have one entry for each of {', '.join(wanted)}, in this order")
    return tuple(
        GuidanceStep(rule_step=name, text=_text(entry.get("text"), f"the text of {name}", rule.language))
        for name, entry in zip(wanted, entries, strict=True)
    )


def _text(value: Any, where: str, language: str) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text:
        raise Unreadable(f"{where} is {shown(value)}, and must be a sentence")
    if len(text) > _LONGEST:
        raise Unreadable(f"{where} is longer than {_LONGEST} characters")
    if _LINK.search(text):
        raise Unreadable(f"{where} has a link")
    if bool(_HANGUL.search(text)) is not (language == "ko"):
        raise Unreadable(f"{where} is not in {LANGUAGES[language]}")
    return text
