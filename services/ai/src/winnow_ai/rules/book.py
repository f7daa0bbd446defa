"""The book of disposal rules: the packaged regions and those of the operator's folder."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from winnow_ai.rules.folders import Look, look_at, region_folders
from winnow_ai.rules.reading import read_region
from winnow_ai.rules.region import Region
from winnow_contracts.ai_api import RegionName
from winnow_contracts.errors import Misconfigured, NotFound
from winnow_contracts.photo import Category, Rule

LOOK_SECONDS = 2.0
"""The shortest time between two checks of the operator's folder for changes."""

DEFAULT_REGION = "kr"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """All rules of a region in one language."""

    region: str
    language: str
    version: str
    rules: tuple[Rule, ...]


class RuleBook:
    """Finds rules. Safe for threads; a change in ``folder`` is noticed on use, without a restart.

    A region of ``folder`` completely replaces the packaged one of that name. A bad change is logged, listed in
    ``problems``, and leaves the region as it was. Raises Misconfigured if the rules are bad from the start.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        default_region: str = DEFAULT_REGION,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._default = default_region
        self._clock = clock
        self._lock = threading.Lock()
        self._packaged = _read_all(packaged())
        self._look: Look | None = look_at(folder) if folder else None
        self._regions: Mapping[str, Region] = self._packaged | (_read_all(folder) if folder else {})
        self._problems: tuple[str, ...] = ()
        self._next_look = clock() + LOOK_SECONDS
        if default_region not in self._regions:
            raise Misconfigured(
                f"there are no disposal rules for the default region {default_region!r}",
                hint="Name one of: " + ", ".join(sorted(self._regions)) + ".",
            )

    @property
    def default_region(self) -> str:
        """The region that is used if the caller names none."""
        return self._default

    @property
    def problems(self) -> tuple[str, ...]:
        """The faults in the folder's present content; empty if all of it is in use."""
        self._notice_changes()
        return self._problems

    def find(self, region: str, item: str, category: Category | None, language: str) -> Rule:
        """The rule for an item: its own, else its category's, else the general one.

        An unknown region means the default region, a language the region does not speak its default language; the
        answer's ``region`` and ``language`` say which were used.
        """
        regions = self._notice_changes()
        return regions.get(region, regions[self._default]).find(item, category, language)

    def has(self, region: str) -> bool:
        """Whether the region has rules of its own."""
        return region in self._notice_changes()

    def regions(self, language: str) -> tuple[RegionName, ...]:
        """Every region, titled in ``language`` if it has that language."""
        regions = self._notice_changes()
        return tuple(
            RegionName(id=name, title=region.title[region.language(language)])
            for name, region in sorted(regions.items())
        )

    def rules(self, region: str, language: str) -> Chapter:
        """All rules of a region; an empty name is the default region. Raises NotFound for an unknown one."""
        regions = self._notice_changes()
        found = regions.get(region or self._default)
        if found is None:
            raise NotFound(f"There are no rules for the region {region!r}.", hint="Choose one of " + _names(regions))
        spoken = found.language(language)
        rules = tuple(found.say(rule, spoken) for rule in found.rules)
        return Chapter(region=found.id, language=spoken, version=found.version, rules=rules)

    def _notice_changes(self) -> Mapping[str, Region]:
        """The current regions. While one thread checks for changes, others get the known ones."""
        if self._folder and self._clock() >= self._next_look and self._lock.acquire(blocking=False):
            try:
                self._look_again(self._folder)
            finally:
                self._next_look = self._clock() + LOOK_SECONDS
                self._lock.release()
        return self._regions

    def _look_again(self, folder: Path) -> None:
        try:
            look = look_at(folder)
            if look != self._look:
                self._read_again(folder)
                self._look = look
        except Misconfigured as error:
            self._look = None
            self._keep(self._regions, (error.detail,))

    def _read_again(self, folder: Path) -> None:
        regions = dict(self._packaged)
        problems = []
        for place in region_folders(folder):
            try:
                regions[place.name] = read_region(place)
            except Misconfigured as error:
                problems.append(error.detail)
                if place.name in self._regions:
                    regions[place.name] = self._regions[place.name]
        if self._default not in regions:
            problems.append(f"the default region {self._default!r} is gone from {folder}")
            regions[self._default] = self._regions[self._default]
        self._keep(regions, tuple(problems))
        _LOG.info("rules read again: %s", ", ".join(f"{name} {regions[name].version}" for name in sorted(regions)))

    def _keep(self, regions: Mapping[str, Region], problems: tuple[str, ...]) -> None:
        for problem in problems:
            if problem not in self._problems:
                _LOG.error("%s; the former rules stay in use", problem)
        self._regions, self._problems = regions, problems


def packaged() -> Path:
    """The folder of the packaged regions."""
    return Path(__file__).with_name("data")


def _read_all(root: Path) -> dict[str, Region]:
    return {folder.name: read_region(folder) for folder in region_folders(root)}


def _names(regions: Mapping[str, Region]) -> str:
    return ", ".join(sorted(regions)) + "."
