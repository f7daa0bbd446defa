"""Reads whether links are fetched. The gateway, which takes them, and media, which fetches them, read the same."""

import re

from winnow_base.environment import Environment
from winnow_contracts.links import LinkRules

_HOSTS = "WINNOW_FETCH_HOSTS"
_HOST = re.compile(r"([a-z0-9.-]+|[0-9a-f:]+)(:[0-9]{1,5})?")


def read_link_rules(environment: Environment) -> LinkRules:
    """The rules of this process. Records a fault for what is no host."""
    hosts = frozenset(text.strip() for text in environment.text(_HOSTS, "").split(",") if text.strip())
    for host in sorted(hosts):
        if not _HOST.fullmatch(host):
            environment.fault(f"{_HOSTS} must be a list like files.example.org,10.0.0.5:8080; {host!r} is no host")
    return LinkRules(enabled=environment.flag("WINNOW_FETCH_URLS", False), hosts=hosts)
