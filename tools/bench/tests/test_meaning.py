"""The bench of embedding models: complete questions, right counts, and local models as good as documented."""

import numpy as np
import pytest

from winnow_bench.meaning.command import table
from winnow_bench.meaning.retrieval import LANGUAGES, Questions, measure, read_questions
from winnow_models.embeddings import Embedder

VECTORS = {"north": (0, 1), "north?": (0.6, 0.8), "east": (1, 0), "east?": (0.6, 0.8), "nowhere": (-1, 0)}


class Compass:
    """An embedding model of five texts: directions."""

    def embed(self, model_id, texts):
        return np.array([VECTORS[text] for text in texts], dtype=np.float32)


def test_there_are_enough_questions_in_both_languages_and_none_twice() -> None:
    questions = read_questions()
    for language in LANGUAGES:
        assert len(questions.passages[language]) == len(questions.asked[language]) >= 30
        assert len(questions.unanswered[language]) >= 24
    texts = [text for kind in vars(questions).values() for of_language in kind.values() for text in of_language]
    assert len(texts) == len(set(texts))
    assert all(text.strip() for text in texts)


def test_ranks_and_floors_are_counted() -> None:
    both = {"passages": ["north", "east"], "asked": ["north?", "east?"], "unanswered": ["nowhere"]}
    questions = Questions(**{kind: dict.fromkeys(LANGUAGES, texts) for kind, texts in both.items()})
    finding = measure(Compass(), questions, "use-multilingual-3")  # type: ignore[arg-type]
    assert finding.right_first == {"en-en": 1, "ko-ko": 1, "ko-en": 1, "en-ko": 1}
    assert (finding.total, finding.questions, finding.mean_reciprocal_rank) == (4, 8, 0.75)
    assert {row.kept for row in finding.floors} == {4}
    assert {row.let_through for row in finding.floors} == {0}
    assert finding.floor == 0.14


@pytest.mark.timeout(300)
def test_joined_models_find_more_than_either_alone() -> None:
    embedder, questions = Embedder(threads=2), read_questions()
    alone = [measure(embedder, questions, model) for model in ("e5-small-q4-centred-1", "use-multilingual-3")]
    joined = measure(embedder, questions, "e5-use-joined-1")
    assert joined.total >= max(finding.total for finding in alone) + 8
    assert joined.mean_reciprocal_rank > 0.8
    assert abs(joined.floor - 0.26) <= 0.02
    assert "| e5-use-joined-1 | 896 |" in table([*alone, joined])
