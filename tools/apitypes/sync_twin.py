"""Makes a module without asyncio from one with it: the same words without ``async`` and ``await``."""

import re

_REPLACED = (
    (r"\basync (?=def |for |with )", ""),
    (r"\bawait ", ""),
    (r"\b__a(?=enter__|exit__)", "__"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync_(?=client|driver|resources|feeds|webhooks)", ""),
)


def sync_twin(text: str, origin: str) -> str:
    """The module's twin, which names its ``origin`` in its first docstring."""
    for pattern, word in _REPLACED:
        text = re.sub(pattern, word, text)
    return text.replace('."""', f'.\n\nMade from {origin} by tools/apitypes: do not edit.\n"""', 1)
