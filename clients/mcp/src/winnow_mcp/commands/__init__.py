"""The command of ``winnow`` that serves assistants."""

COMMANDS: dict[str, str] = {
    "mcp": "let an assistant search recordings and read transcripts, by the Model Context Protocol over stdio",
}
