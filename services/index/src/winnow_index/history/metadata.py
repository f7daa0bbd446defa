"""What jobs are looked for by: texts of an address, as the values that metadata may have for them."""

import itertools
import json
from typing import Any

from winnow_contracts.errors import BadInput
from winnow_contracts.job_options import readings
from winnow_index.store.sanitize import sanitize

_MOST_KEYS = 4
"""Each key doubles what is looked for."""


def metadata_readings(wanted: str) -> list[str]:
    """The JSON objects of which a job's metadata must contain one; ``wanted`` is a JSON object of texts.

    Raises BadInput (``invalid-field``) for anything else, and for more than four keys.
    """
    texts = _texts(wanted)
    values = [[(key, value) for value in readings(text)] for key, text in texts.items()]
    return [json.dumps(sanitize(dict(pairs)), sort_keys=True) for pairs in itertools.product(*values)]


def _texts(wanted: str) -> dict[str, str]:
    try:
        texts: Any = json.loads(wanted)
    except ValueError as error:
        raise BadInput("metadata must be JSON.", code="invalid-field") from error
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise BadInput("metadata must be an object of texts.", code="invalid-field")
    if not 1 <= len(texts) <= _MOST_KEYS:
        raise BadInput(f"Jobs are found by 1 to {_MOST_KEYS} keys of their metadata at once.", code="invalid-field")
    return texts
