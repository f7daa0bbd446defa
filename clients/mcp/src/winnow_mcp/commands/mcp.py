"""``winnow mcp``: an assistant starts it, and speaks the Model Context Protocol with it over stdin and stdout."""

import argparse
from importlib.util import find_spec

from winnow_cli.output import print_json
from winnow_cli.profile import read_profile
from winnow_client import AsyncClient
from winnow_client.errors import Misconfigured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``mcp``."""
    parser.add_argument("--json", action="store_true", help="print the tools and what they take, and end")


def run(arguments: argparse.Namespace) -> int:
    """Serves until stdin ends. Raises Misconfigured where the protocol's library is not installed."""
    if find_spec("mcp") is None:
        raise Misconfigured(
            "The library of the Model Context Protocol is not installed.",
            hint="In a checkout ./winnow mcp installs it; "
            "elsewhere: uv tool install ./clients/cli --with './clients/mcp[mcp]'.",
        )
    # The library takes a second to load, and no other command needs it.
    from winnow_mcp.server import described_tools, make_server

    profile = read_profile()
    server = make_server(AsyncClient(profile.url, profile.key), profile.url)
    if arguments.json:
        print_json(described_tools(server))
    else:
        server.run("stdio")
    return 0
