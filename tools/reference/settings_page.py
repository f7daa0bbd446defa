"""The page of settings: every variable that a program or a command reads."""

from page_text import code, table
from settings_source import Setting, settings_of

_READERS = (
    ("Every service", ("winnow_chassis.settings",)),
    ("gateway", ("winnow_gateway.settings",)),
    ("media", ("winnow_media.settings",)),
    ("gateway and media, of links", ("winnow_base.link_settings",)),
    (
        "ai",
        ("winnow_ai.settings", "winnow_ai.llm.endpoint_settings", "winnow_ai.photo_settings", "winnow_ai.llm.prices"),
    ),
    ("index", ("winnow_index.settings", "winnow_index.search.floors")),
    ("The local models' endpoint", ("winnow_models.settings", "winnow_models.chat.settings")),
    ("The one-machine stack, whose other parts may run elsewhere", ("winnow_local.settings",)),
    ("winnow-backup, beside compose's services", ("winnow_backup.settings",)),
)

_WITHOUT_FIELD = {
    "WINNOW_AI_PRICES": 'US dollars for a million tokens in and out, by model: `{"a-model": [0.15, 0.6]}`',
    "WINNOW_AI_AUDIO_PRICES": 'US dollars for a minute of audio, by speech model: `{"a-model": 0.006}`',
    "WINNOW_INDEX_BUDGET_USD_PER_DAY": "How many US dollars a tenant may spend on AI calls a day (UTC); 0: no limit.",
    "WINNOW_INDEX_BUDGETS_USD_PER_DAY": 'The same by tenant: `{"acme": 2.5}`',
    "WINNOW_MODELS_FOLDER": "Where the models' weights are kept; by default in the user's cache, for all checkouts.",
}
"""Variables whose values are put together, so that no field has them alone."""

ELSEWHERE = {
    "WINNOW_URL": "The gateway that commands ask; without it that of the stack of this checkout.",
    "WINNOW_API_KEY": "The key for it.",
    "WINNOW_API_KEY_FILE": "The file that has the key, in place of `WINNOW_API_KEY`.",
    "WINNOW_PYTHON": "The Python with which `./winnow` makes its environment; else the first fit one that it finds.",
    "WINNOW_RABBITMQ_ROOT": "A folder with another Debian, whose RabbitMQ the stack runs ([why](../rabbitmq4.md)).",
    "WINNOW_LOCAL_PORT_SHARE": "Which of 25 shares of this machine's ports a stack may take, beside others: 0 to 24.",
    "WINNOW_DEAD_TASKS": "How many dead tasks the test of many of them makes.",
    "WINNOW_FAULTS_DIR": "For tests alone: where a process finds out at which failpoint it is to die.",
}
"""What is read without the collector of settings."""


def settings_page() -> str:
    """The page as Markdown. Raises ValueError naming each variable that nobody says the meaning of."""
    parts = ["# Settings\n\nEvery variable of the environment, by who reads it. A secret is also read from the file"]
    parts[0] += (
        " that the variable with `_FILE` after its name points to. *needed*: the program does not start without."
    )
    nameless: list[str] = []
    meanings = dict(_WITHOUT_FIELD)
    for reader, modules in _READERS:
        settings = [each for module in modules for each in settings_of(module, meanings)]
        nameless += [each.name for each in settings if not _meaning(each)]
        parts.append(f"## {reader}\n\n{table(('variable', 'default', 'is', 'means'), map(_row, settings))}")
    if nameless:
        raise ValueError(f"No field's docstring says what these mean: {', '.join(nameless)}")
    others = [(code(name), meaning) for name, meaning in ELSEWHERE.items()]
    parts.append(f"## Commands and tests\n\n{table(('variable', 'means'), others)}")
    return "\n\n".join(parts) + "\n"


def _row(setting: Setting) -> tuple[str, str, str, str]:
    default = "*needed*" if setting.default is None else setting.default
    shown = default if setting.default is None or " " in default else code(default)
    return code(setting.name), shown, setting.kind, _meaning(setting)


def _meaning(setting: Setting) -> str:
    if setting.meaning:
        return setting.meaning
    for ending, words in (("_THREADS", "Threads of the lane"), ("_PREFETCH", "Messages taken for each thread of")):
        if setting.name.endswith(ending):
            lane = setting.name.removeprefix("WINNOW_").removesuffix(ending).lower().replace("_", ".")
            return f"{words} `{lane}`."
    return ""
