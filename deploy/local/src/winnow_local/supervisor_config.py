"""Writes the runner's configuration: one program per part, which we start in order and the runner restarts for ever."""

import os
from collections.abc import Iterable, Mapping

from winnow_contracts.errors import Misconfigured
from winnow_local.home import Home
from winnow_local.part import Part

_LOG_BYTES = 10_000_000
_RETRIES = 1_000_000
"""A part that cannot start, for example while its server is down, is tried again for ever, with growing pauses."""


def render(home: Home, parts: Iterable[Part]) -> str:
    """Returns the configuration as text. It holds secrets of the servers' environments, for the owner alone."""
    root_line = ["user=root"] if os.geteuid() == 0 else []
    sections = [
        _section(
            "supervisord",
            "nodaemon=true",
            "silent=true",
            *root_line,
            f"logfile={_plain(home.log('supervisor'))}",
            f"logfile_maxbytes={_LOG_BYTES}",
            "logfile_backups=1",
            f"pidfile={_plain(home.supervisor_pid)}",
            f"directory={_plain(home.root)}",
            "umask=022",
        ),
        _section("unix_http_server", f"file={_plain(home.sockets / 'runner.sock')}", "chmod=0700"),
        _section(
            "rpcinterface:supervisor",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ),
    ]
    for place, part in enumerate(parts):
        sections.append(
            _section(
                f"program:{part.name}",
                f"command={' '.join(_word(word) for word in part.tied_command())}",
                f"environment={_environment(part.environment)}",
                # The runner stops the highest number first: servers last.
                f"priority={100 + place}",
                "autostart=false",
                # Not "unexpected": RabbitMQ's start script exits with 0 even if its server was killed.
                "autorestart=true",
                "startsecs=1",
                f"startretries={_RETRIES}",
                f"stopsignal={part.stop_signal.name.removeprefix('SIG')}",
                f"stopwaitsecs={part.stop_seconds}",
                "killasgroup=true",
                "redirect_stderr=true",
                f"stdout_logfile={_plain(home.log(part.name))}",
                f"stdout_logfile_maxbytes={_LOG_BYTES}",
                "stdout_logfile_backups=1",
            )
        )
    return "\n\n".join(sections) + "\n"


def _section(name: str, *lines: str) -> str:
    return "\n".join((f"[{name}]", *lines))


def _plain(value: object) -> str:
    """Escapes a value for the runner's format, in which ``%`` begins an expansion."""
    return str(value).replace("%", "%%")


def _word(word: str) -> str:
    """Quotes a word of a command as shells do."""
    quoted = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(quoted)}"'


def _environment(variables: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(value)}" for name, value in variables.items())


def _quoted(value: str) -> str:
    """Quotes a value of the environment: the runner's format has both quotes but no escapes."""
    quote = "'" if '"' in value else '"'
    if quote in value:
        raise Misconfigured(f"{value} holds both kinds of quotes.", hint="Put the checkout in a folder without them.")
    return f"{quote}{_plain(value)}{quote}"
