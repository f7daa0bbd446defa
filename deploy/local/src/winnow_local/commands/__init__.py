"""The commands of ``winnow`` for the stack on this machine, one module each."""

COMMANDS: dict[str, str] = {
    "up": "start every part and keep it running until Ctrl-C",
    "down": "stop every part",
    "status": "each part with its state and address",
    "demo": "index a real recording, search it, and leave the page open; with --photos, sort photos",
    "backup": "save database, objects and journals of the running stack into a folder",
    "restore": "put a backup into an empty stack",
    "journal": "the nodes' journals: show, verify, adopt",
    "images": "build the container images and try each, where a container daemon runs; --pin fixes their base",
    "doctor": "compare journals, broker and database, and say what mends what is wrong",
}
