"""The answers of index and ai about photos, rules and spending, as the JSON of the contracts' dataclasses."""

from typing import Any

from winnow_contracts.ai_api import RegionName, RegionRules
from winnow_contracts.index_api.photos import AiCosts, Correct, CorrectionView, LabelView, PhotoKeys, PhotoView, Said
from winnow_contracts.index_api.usage import DayUsage, ModelUsage
from winnow_contracts.json_codec import to_json
from winnow_contracts.photo import Rule, RuleLevel, RuleSource, RuleStep

from .index_answers import JOB_ID, MEDIA_ID

_RULE = Rule(
    id="kr.pet_bottle",
    region="kr",
    level=RuleLevel.ITEM,
    fallback=False,
    version="2026-11-21",
    language="en",
    title="PET bottle",
    bin="The box for clear PET",
    steps=(RuleStep(id="empty", text="Empty it."), RuleStep(id="rinse", text="Rinse it.")),
    caution="Coloured bottles go elsewhere.",
    source=RuleSource(
        title="How to sort",
        publisher="The Ministry",
        url="https://example.org/sort",
        date="2024-02-15",
        checked="2026-11-21",
    ),
)


def rule(item: str = "pet_bottle", **changes: Any) -> dict[str, Any]:
    return {**to_json(_RULE), "id": f"kr.{item}", **changes}


def found(category: str, item: str, confidence: float, *others: tuple[str, str, float], state: str = "clean") -> Any:
    alternatives = [{"category": kind, "item": name, "confidence": sure} for kind, name, sure in others]
    return {
        "category": category,
        "item": item,
        "state": state,
        "confidence": confidence,
        "alternatives": alternatives,
    }


BOTTLE = found("plastic", "pet_bottle", 0.9, ("glass", "glass_bottle", 0.06))


def photo_answer(*items: Any, guided_by: str = "model", language: str = "en", **finding: Any) -> dict[str, Any]:
    """A ``PhotoAnswer`` as ai writes it; without advice if the finding abstains or shows nothing."""
    whole = {
        "items": list(items),
        "abstained": False,
        "model": "efficientnet-lite0",
        "prompt": "classify-1",
        "threshold": 0.6,
        "nothing": None,
        "better_photo": None,
        "cached": False,
        **finding,
    }
    steps = [{"rule_step": "empty", "text": "Empty the bottle."}, {"rule_step": "rinse", "text": "Rinse it well."}]
    advised = () if whole["abstained"] or whole["nothing"] else items
    advice = [
        {"item": at, "rule": rule(item["item"]), "steps": steps, "guided_by": guided_by, "model": "a-text-model"}
        for at, item in enumerate(advised)
    ]
    return {"finding": whole, "advice": advice, "language": language, "region": "kr", "warnings": []}


def photo_view(**changes: Any) -> dict[str, Any]:
    return {**to_json(_PHOTO), **changes}


_PHOTO = PhotoView(
    id=MEDIA_ID,
    job_id=JOB_ID,
    status="ready",
    created_at="2026-11-21T04:00:00.000Z",
    title="bottle",
    filename="bottle.png",
    content_type="image/png",
    size_bytes=1000,
    width=40,
    height=30,
    answer=photo_answer(BOTTLE),
    keys=PhotoKeys(
        original="ok/t/default/x/original",
        image="ok/t/default/x/a/image.jpg",
        thumbnail="ok/t/default/x/a/thumbnail.jpg",
    ),
    spent=AiCosts(calls=2, tokens_in=900, tokens_out=120),
)
_CORRECTION = CorrectionView(
    id="fb_01234567-89ab-7def-8123-456789abcdef",
    at="2026-11-21T05:00:00.000Z",
    correct_category="glass",
    correct_item="glass_jar",
)
CORRECTION: dict[str, Any] = to_json(_CORRECTION)
KEPT: dict[str, Any] = {**CORRECTION, "media_id": MEDIA_ID}
LABEL: dict[str, Any] = to_json(
    LabelView(
        id=_CORRECTION.id,
        at=_CORRECTION.at,
        media_id=MEDIA_ID,
        image_key="ok/t/default/x/a/image.jpg",
        said=Said(category="plastic", item="pet_bottle", state="clean", confidence=0.9),
        correct=Correct(category="glass", item="glass_jar"),
    )
)
RULES: dict[str, Any] = to_json(
    RegionRules(
        regions=(RegionName(id="gb-eng", title="England"), RegionName(id="kr", title="Republic of Korea")),
        region="kr",
        language="en",
        version="2026-11-21",
        rules=(_RULE,),
        problems=("/etc/rules/kr/plastic.json cannot be read",),
    )
)
SPENDING: dict[str, Any] = to_json(
    DayUsage(
        day="2026-11-21",
        spent_usd=0.5,
        limit_usd=2.0,
        by_model=(ModelUsage(model="m", use="vision", calls=3, cached=1, tokens_in=900, tokens_out=90, cost_usd=0.5),),
    )
)
