"""Classifies a photo with the vision model."""

from dataclasses import dataclass
from functools import cached_property

from winnow_ai.llm import provider_errors
from winnow_ai.llm.chat import ChatRequest, Use
from winnow_ai.llm.request import LlmRequests
from winnow_ai.photo.finding import MOST_ALTERNATIVES, MOST_ITEMS, claim, read_seen, schema
from winnow_ai.photo.reading import listed
from winnow_ai.photo_settings import Thresholds
from winnow_ai.prompts import Prompt, load_prompt
from winnow_contracts.photo import KNOWN_ITEMS, Category, Finding, ItemState
from winnow_journal.task import Task

PROMPT = "classify-1"
TEMPERATURE = 0.2
"""Some randomness helps a model out of a bad start; more would give the same photo different findings."""
MOST_TOKENS = 1_200
"""Eight items with their alternatives take under a thousand tokens. This stops a model that repeats itself."""


@dataclass(frozen=True, kw_only=True)
class Vision:
    """A vision model and its threshold. ``model`` is empty if none is set."""

    asker: LlmRequests
    model: str
    thresholds: Thresholds

    def find(self, task: Task, image: bytes) -> Finding:
        """Classify a JPEG. Raises the errors of ``TaskRequests.ask``, and Unavailable if no model is set."""
        if not self.model:
            raise provider_errors.not_set_up(
                "no vision model is set, so photos cannot be classified", "WINNOW_AI_VISION_MODEL"
            )
        answer = self.asker.for_task(task).ask("look", self._question(image), self._prompt, read_seen)
        return claim(
            answer.value,
            threshold=self.thresholds.of(self.model),
            model=self.model,
            prompt=PROMPT,
            cached=answer.cached,
        )

    def _question(self, image: bytes) -> ChatRequest:
        return ChatRequest(
            use=Use.VISION,
            model=self.model,
            instructions=self._prompt.text,
            content="What is to be thrown away on this photo?",
            schema=schema(),
            schema_name="finding",
            temperature=TEMPERATURE,
            most_tokens=MOST_TOKENS,
            image=image,
        )

    @cached_property
    def _prompt(self) -> Prompt:
        return load_prompt(
            PROMPT,
            categories=listed(Category),
            states=listed(ItemState),
            items="\n".join(f"  - {category}: {', '.join(_items(category))}" for category in Category),
            most_items=MOST_ITEMS,
            most_alternatives=MOST_ALTERNATIVES,
        )


def _items(category: Category) -> list[str]:
    return [item for item, of in KNOWN_ITEMS.items() if of is category]
