"""Runs llama.cpp's server over one GGUF file, ``python -m winnow_models.chat.server``, on loopback and with a key."""

import signal
import sys

from winnow_contracts.errors import Misconfigured, WinnowError
from winnow_models.chat.file import check_file, model_id
from winnow_models.chat.settings import ChatSettings, read_chat_settings

_PROMPT_CACHE_MIB = 256


def serve(settings: ChatSettings) -> None:
    """Serves until SIGTERM. Raises Misconfigured if the file is unusable."""
    check_file(settings.file)
    import xllamacpp  # an extra: installed only if a chat model was configured

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(settings.file)
    parameters.model_alias = {model_id(settings.file)}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = settings.port
    parameters.api_keys = [settings.api_key]
    parameters.n_ctx = settings.context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = settings.threads
    parameters.cpuparams_batch.n_threads = settings.threads
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB  # its own default is 8 GiB
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.offline = True
    ended = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ended)  # its threads inherit it, so that the signal waits for us
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise Misconfigured(
            f"llama.cpp cannot run {settings.file}: the file may be broken off, or of a kind that it does not know",
            hint="The lines above say why.",
        ) from error
    print(f"{model_id(settings.file)} is served on {server.listening_address}", file=sys.stderr, flush=True)
    signal.sigwait(ended)


def main() -> None:
    """Serves; exits 1 with one sentence if that is not possible. The stack finds it by its beginning, "chat ends: "."""
    try:
        serve(read_chat_settings())
    except WinnowError as error:
        sys.exit(f"chat ends: {error.detail}. {error.hint}")


if __name__ == "__main__":
    main()
