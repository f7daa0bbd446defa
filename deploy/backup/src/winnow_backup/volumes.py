"""Finds journals where the nodes of a service share a volume, as in compose: ``media/media-1/journal/journal.db``."""

from pathlib import Path

from winnow_contracts.errors import Misconfigured


class NodeVolumes:
    """The volumes of all services, each mounted below ``root`` in a folder with the service's name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def journals(self) -> dict[str, Path]:
        """The folder of each journal by its node's name."""
        found = sorted(file.parent for file in self._root.glob("*/*/journal/journal.db"))
        return {folder.parent.name: folder for folder in found}

    def data_folder(self, node: str) -> Path:
        """Where the data of a node lie, or will lie: ``media-1`` has its place in the volume of ``media``.

        Raises Misconfigured if that volume is not mounted.
        """
        volume = self._root / node.rpartition("-")[0]
        if volume == self._root or not volume.is_dir():
            raise Misconfigured(
                f"There is no volume for the journal of {node}: {volume} is no folder.",
                hint="Mount the volume of its service there.",
            )
        return volume / node

    @property
    def mark(self) -> Path:
        """The mark of a restore that is not whole: it lies in one of the volumes, or will. Raises Misconfigured if none
        is mounted.
        """
        volumes = sorted(path for path in self._root.glob("*") if path.is_dir())
        if not volumes:
            raise Misconfigured(f"{self._root} has no volume.", hint="Mount that of each service there.")
        marks = [volume / "restoring" for volume in volumes]
        return next((mark for mark in marks if mark.exists()), marks[0])
