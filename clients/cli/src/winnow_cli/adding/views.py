"""Views of files being added: bars on a terminal, lines elsewhere, nothing for programs."""

import sys
import threading
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TaskID, TaskProgressColumn, TextColumn
from rich.table import Column
from rich.text import Text

from winnow_cli.adding.added import Added
from winnow_cli.adding.figures import done_share, eta_of_all, eta_seconds, in_words
from winnow_cli.text_times import about, size
from winnow_client.errors import Unavailable
from winnow_client.files import readable

_SHOWN_AT_ONCE = 20


class Quiet:
    """Prints only errors, to stderr."""

    def __init__(self) -> None:
        self._away = False

    def sending(self, file: Added, sent_bytes: int, size_bytes: int) -> None:
        """Shows nothing."""

    def accepted(self, file: Added) -> None:
        """Prints a refusal as a sentence."""
        if file.error:
            print(f"{file.name}: {problem(file)}", file=sys.stderr, flush=True)

    def seen(self, files: Sequence[Added]) -> None:
        """Notes that the gateway answered."""
        self._away = False

    def ended(self, file: Added) -> None:
        """Prints how a failed job ended."""
        if file.error and file.job_id:
            print(f"{file.name}: {problem(file)}", file=sys.stderr, flush=True)

    def away(self, error: Unavailable) -> None:
        """Prints once per outage that the gateway does not answer."""
        if not self._away:
            self._away = True
            print(f"{error.detail} Waiting ...", file=sys.stderr, flush=True)


class JobLines(Quiet):
    """Prints a line for each file that is accepted, and one for each that is done."""

    def accepted(self, file: Added) -> None:
        """Prints the file's ids."""
        super().accepted(file)
        if file.already_stored:
            print(f"{file.name}: stored already as {file.media_id}, and not sent; --again sends it", flush=True)
        elif not file.error:
            of_captions = f" with {readable(file.captions.name)}" if file.captions else ""
            print(f"{file.name}: accepted{of_captions} as {file.media_id}, job {file.job_id}", flush=True)

    def ended(self, file: Added) -> None:
        """Prints that the file is searchable."""
        super().ended(file)
        if not file.error:
            print(f"{file.name}: done", flush=True)


class Bars(Quiet):
    """Draws a bar for each file in work, and one for all. Use it as a context manager."""

    def __init__(self, count: int, console: Console | None = None) -> None:
        super().__init__()
        self._progress = Progress(
            TextColumn("{task.description}", justify="left"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            _Words(),
            console=console or Console(stderr=True),
        )
        self._lock = threading.Lock()
        self._count = count
        self._bars: dict[str, TaskID] = {}
        self._all = self._progress.add_task(
            f"[bold]{count} in all" if count > 1 else "[bold]in all", total=1.0, words=""
        )

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    def sending(self, file: Added, sent_bytes: int, size_bytes: int) -> None:
        """Draws how much is sent."""
        share = sent_bytes / size_bytes if size_bytes else 1.0
        self._show(file, share, f"sending {size(size_bytes)}")

    def accepted(self, file: Added) -> None:
        """Keeps a refused file's bar, with the reason."""
        if file.error:
            self._show(file, 0.0, f"[red]{problem(file)}")

    def seen(self, files: Sequence[Added]) -> None:
        """Updates every bar, and the one for all."""
        super().seen(files)
        for file in files:
            if file.job and not file.ended:
                eta = eta_seconds(file.job)
                left = f"  {about(eta)} left" if eta is not None else ""
                self._show(file, done_share(file.job), f"{in_words(file.job)}{left}")
        eta = eta_of_all(files)
        ended = sum(file.ended for file in files)
        share = sum(1.0 if file.ended else done_share(file.job) for file in files) / max(1, self._count)
        left = f"  {about(eta)} left" if eta is not None else ""
        self._progress.update(self._all, completed=share, words=f"{ended} of {self._count} ended{left}")

    def ended(self, file: Added) -> None:
        """Draws the end, or the reason of a failure."""
        if file.error:
            self._show(file, done_share(file.job), f"[red]{problem(file)}")
            return
        self._show(file, 1.0, "done")
        if self._count > _SHOWN_AT_ONCE:
            self._progress.update(self._bars[str(file.path)], visible=False)

    def _show(self, file: Added, share: float, words: str) -> None:
        with self._lock:
            bar = self._bars.get(str(file.path))
            if bar is None:
                bar = self._bars[str(file.path)] = self._progress.add_task(_short(file.name), total=1.0, words="")
        self._progress.update(bar, completed=share, words=words)


class _Words(TextColumn):
    """A file's description in one line: it is cut if there is no room, so that the bars stay."""

    def __init__(self) -> None:
        # Rich narrows columns that may wrap first; so this line is cut instead.
        super().__init__("{task.fields[words]}", table_column=Column(no_wrap=False))

    def render(self, task: Task) -> Text:
        """Renders the words in one line."""
        words = super().render(task)
        words.no_wrap, words.overflow = True, "ellipsis"
        return words


def problem(file: Added) -> str:
    """Why a file was not accepted or not done, in a sentence."""
    error = file.error or {}
    return f"{error.get('detail', '')} {error.get('hint') or ''}".strip()


def _short(name: str) -> str:
    escaped = name.replace("[", r"\[")
    return escaped if len(name) <= 32 else f"{escaped[:20]}…{escaped[-11:]}"
