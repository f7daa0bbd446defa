"""docs/deploy-kubernetes.md has commands for every secret, and counts what is tested."""

import re
from pathlib import Path
from types import ModuleType

from .breaks import BREAKS
from .manifests import ROOT
from .rules import RULES
from .rules_settings import secrets_example

PAGE = (ROOT / "docs" / "deploy-kubernetes.md").read_text(encoding="utf-8")


def test_its_commands_make_every_secret_from_a_file_that_is_written(make_secrets: ModuleType, tmp_path: Path) -> None:
    made, files = set(), set()
    for secret, given in re.findall(r"create secret generic ([\w-]+)(.*)", PAGE):
        for key, _, file in (one.partition("=") for one in re.findall(r"--from-file=(\S+)", given)):
            made.add((secret, key))
            files.add(file or key)
    for secret in re.findall(r"create secret tls ([\w-]+) --cert=\S+ --key=\S+", PAGE):
        made |= {(secret, "tls.crt"), (secret, "tls.key")}
    assert made == secrets_example()
    assert files <= set(make_secrets.write_missing(tmp_path / "secrets", ai_api_key="none"))


def test_it_counts_rules_and_faults() -> None:
    text = " ".join(PAGE.split())
    assert f"it keeps {len(RULES)} rules of ours, and {len(BREAKS)} faults made on purpose are refused" in text
