"""RabbitMQ from Debian as a private node with its own name, ports, cookie, user and name server (epmd).

With ``WINNOW_RABBITMQ_ROOT`` it is the RabbitMQ of another Debian's root folder: see docs/rabbitmq4.md.
"""

import os
import shlex
import signal
from dataclasses import dataclass, field
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_local.part import Part, folder
from winnow_local.probes import listens, speaks_amqp
from winnow_local.secret_files import write_secret

_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
"""Not /usr/sbin: Debian's wrappers there switch to the user ``rabbitmq`` and refuse others."""

_NODE = "winnow@localhost"
"""The data belongs to this name, so it contains neither host name nor port; each node has its own epmd to resolve it.
"""

_ADVANCED = "[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, 5000}]}].\n"
"""If a delay ends while its lane is still recovering after a restart, the broker retries after this many milliseconds.
With the default of three minutes a retry would seem lost for that long.
"""
_WITHIN_ROOT = 'mount --bind "$0/usr" /usr && exec "$@"'
"""Bind-mounts only the other Debian's /usr, in a separate mount namespace, so the data's folders keep their paths."""

_LONGEST_TASK_MS = 12 * 60 * 60 * 1000
"""RabbitMQ takes a message away from a consumer that holds it longer; its default is half an hour."""


def root_from_environment() -> Path | None:
    """The root folder of another Debian whose RabbitMQ runs, from WINNOW_RABBITMQ_ROOT; None means this machine's."""
    named = os.environ.get("WINNOW_RABBITMQ_ROOT", "")
    return Path(named).absolute() if named else None


@dataclass(frozen=True, kw_only=True)
class RabbitMq:
    """One private node. ``port`` is AMQP's, ``nodes_port`` Erlang's own, ``epmd_port`` its name server's."""

    data: Path
    port: int
    nodes_port: int
    epmd_port: int
    password: str
    user: str = "winnow"
    root: Path | None = field(default_factory=root_from_environment)

    @property
    def url(self) -> str:
        """The AMQP URL with its password."""
        return f"amqp://{self.user}:{self.password}@127.0.0.1:{self.port}/%2F"

    def part(self) -> Part:
        """The server as a part of the stack."""
        return Part(
            name="rabbitmq",
            command=self._command(str(_PROGRAMS / "rabbitmq-server")),
            environment=self.environment(),
            url=f"amqp://127.0.0.1:{self.port}",
            probe=lambda: speaks_amqp(self.port),
            prepare=self.prepare,
            needs=("epmd",),
            companions=("epmd",),
            is_server=True,
        )

    def epmd_part(self) -> Part:
        """Erlang's name server in the foreground: by default it becomes a daemon that outlives the stack."""
        return Part(
            name="epmd",
            command=self._command("epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1"),
            environment={"ERL_EPMD_RELAXED_COMMAND_CHECK": "1"},
            url=f"tcp://127.0.0.1:{self.epmd_port}",
            probe=lambda: listens(self.epmd_port, "broker"),
            prepare=lambda: require_rabbitmq(self.root),
            stop_signal=signal.SIGTERM,
            is_server=True,
        )

    def environment(self) -> dict[str, str]:
        """The environment of the server, and of rabbitmqctl for it."""
        conf = self.data / "conf"
        quiet = "+sbwt none +sbwtdcpu none +sbwtdio none"
        return {
            "HOME": str(self.data / "home"),
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.nodes_port),
            "RABBITMQ_MNESIA_BASE": str(self.data / "mnesia"),
            "RABBITMQ_MNESIA_DIR": str(self.data / "mnesia" / "node"),
            "RABBITMQ_LOG_BASE": str(self.data / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(conf / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(conf / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(conf / "absent"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(conf / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(conf / "generated"),
            "RABBITMQ_PID_FILE": str(self.data / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {quiet}",
            # The start script then becomes the server instead of waiting for it: a signal reaches the server itself.
            "RUNNING_UNDER_SYSTEMD": "1",
            "ERL_CRASH_DUMP": str(self.data / "erl_crash.dump"),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def prepare(self) -> None:
        """Writes the configuration. Raises Misconfigured if RabbitMQ is not installed."""
        require_rabbitmq(self.root)
        for name in ("home", "mnesia", "log", "conf"):
            folder(self.data / name, 0o700)
        write_secret(
            self.data / "conf" / "rabbitmq.conf",
            "\n".join(
                (
                    f"default_user = {self.user}",
                    f"default_pass = {self.password}",
                    "disk_free_limit.absolute = 200MB",
                    f"consumer_timeout = {_LONGEST_TASK_MS}",
                )
            ),
        )
        (self.data / "conf" / "advanced.config").write_text(_ADVANCED, encoding="utf-8")
        (self.data / "conf" / "enabled_plugins").write_text("[].\n", encoding="utf-8")

    def ctl_command(self, *arguments: str) -> tuple[str, ...]:
        """A rabbitmqctl command; run it with ``ctl_environment``."""
        return self._command(str(_PROGRAMS / "rabbitmqctl"), *arguments)

    def ctl_line(self, *arguments: str) -> str:
        """A rabbitmqctl command with its environment, as a line for a shell."""
        environment = self.environment()
        needed = ("HOME", "RABBITMQ_NODENAME", "RABBITMQ_CONF_ENV_FILE", "ERL_EPMD_PORT")
        return shlex.join(("env", *(f"{name}={environment[name]}" for name in needed), *self.ctl_command(*arguments)))

    def ctl_environment(self) -> dict[str, str]:
        """The whole environment for rabbitmqctl."""
        return {**os.environ, **self.environment()}

    def _command(self, *words: str) -> tuple[str, ...]:
        if self.root is None:
            return words
        return ("unshare", "--mount", "sh", "-c", _WITHIN_ROOT, str(self.root), *words)


def require_rabbitmq(root: Path | None = None) -> None:
    """Raises Misconfigured with what to install if RabbitMQ is missing, here or in ``root``."""
    if root is None:
        if not (_PROGRAMS / "rabbitmq-server").exists():
            raise Misconfigured(
                "RabbitMQ is not installed.", hint="Install Debian's package rabbitmq-server, then start again."
            )
    elif os.geteuid() != 0:
        raise Misconfigured(
            "Only root can run the RabbitMQ of another root folder.", hint="Unset WINNOW_RABBITMQ_ROOT, or be root."
        )
    elif not (root / _PROGRAMS.relative_to("/") / "rabbitmq-server").exists():
        raise Misconfigured(f"There is no RabbitMQ in {root}.", hint=f"Make it: deploy/rabbitmq4/make.sh {root}")
