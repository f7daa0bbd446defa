"""How well photos with a known category were sorted: coverage, right answers, confusion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow_cli.photos.collection import Photo
from winnow_cli.photos.sorting import SortedPhoto
from winnow_contracts.photo import KNOWN_ITEMS, Category
from winnow_models.head_card import CATEGORY_OF

LEAST_RIGHT = 0.90
"""Least share of right answers among the answered photos."""
LEAST_COVERAGE = 0.70
"""Least share of answered photos among all."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A photo's answer, and its true category if known."""

    photo: SortedPhoto
    truth: Category | None

    @property
    def said(self) -> Category | None:
        """The category of the answer; None if it names none."""
        return Category(self.photo.item["category"]) if self.photo.item else None


def true_category(photo: Photo) -> Category | None:
    """The category from a photo's folder name: a category, a known item, or a class of TrashNet."""
    name = photo.folder.lower()
    if name in set(Category):
        return Category(name)
    return KNOWN_ITEMS.get(name) or CATEGORY_OF.get(name)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Counts over photos whose category is known."""

    judged: Sequence[Judged]

    @property
    def answered(self) -> int:
        """The number of photos with an answer."""
        return sum(one.said is not None for one in self.judged)

    @property
    def right(self) -> int:
        """The number of right answers."""
        return sum(one.said is not None and one.said is one.truth for one in self.judged)

    @property
    def coverage(self) -> float:
        """The share of all photos that were answered."""
        return self.answered / len(self.judged)

    @property
    def accuracy(self) -> float:
        """The share of the answers that are right."""
        return self.right / self.answered if self.answered else 0.0

    @property
    def good_enough(self) -> bool:
        """Whether both shares reach their least values."""
        return self.accuracy >= LEAST_RIGHT and self.coverage >= LEAST_COVERAGE


def score_lines(score: Score) -> Iterator[str]:
    """Coverage, right answers and the confusion table."""
    total = len(score.judged)
    yield f"Sorted {score.answered} of {total} ({score.coverage:.1%}; at least {LEAST_COVERAGE:.0%} is asked)"
    yield f"Right {score.right} of these {score.answered} ({score.accuracy:.1%}; at least {LEAST_RIGHT:.0%} is asked)"
    yield ""
    yield f"{'truly, sorted as':<18}" + "".join(f"{category.value:>9}" for category in Category) + f"{'not':>9}"
    for truth in Category:
        of_it = [one for one in score.judged if one.truth is truth]
        if of_it:
            counts = [sum(one.said is said for one in of_it) for said in (*Category, None)]
            yield f"{truth.value:<18}" + "".join(f"{count or '.':>9}" for count in counts)
