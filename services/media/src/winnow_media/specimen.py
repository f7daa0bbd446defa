"""A recording under examination."""

from dataclasses import dataclass

from winnow_contracts.formats import Format
from winnow_media.command_lines import Input
from winnow_media.local_copies import Fetcher, LocalCopy
from winnow_media.probing import Probed


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """A recording's format, local copy, fetcher for more of it, and probed streams."""

    form: Format
    local: LocalCopy
    fetcher: Fetcher
    probed: Probed

    @property
    def source(self) -> Input:
        """The local copy as ffmpeg's input."""
        return Input(path=self.local.path, demuxer=self.form.demuxer)
