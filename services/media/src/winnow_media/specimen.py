"""A recording under examination."""

from dataclasses import dataclass

from winnow_contracts.formats import Format
from winnow_media.command_lines import Input
from winnow_media.local_copies import Fetcher, LocalCopy
from winnow_media.probing import Probed


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """What it is, what of it is here, where more can be had, and what it says of itself."""

    form: Format
    local: LocalCopy
    fetcher: Fetcher
    probed: Probed

    @property
    def source(self) -> Input:
        """What is here, as ffmpeg reads it."""
        return Input(path=self.local.path, demuxer=self.form.demuxer)
