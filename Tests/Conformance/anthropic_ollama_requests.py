"""Checks the stored request bodies against the types of the official Anthropic and Ollama clients.

Usage: anthropic_ollama_requests.py [GOLDEN_FOLDER]

Needs anthropic==2.11.0 and ollama==0.6.3. Every body is validated by the client's own request type, members that the
type does not know are an error unless they are listed here with the reason.
"""

import json
import pathlib
import sys

import pydantic
from anthropic.types import message_count_tokens_params, message_create_params
from ollama import _types as ollama_types
from pydantic import ConfigDict, TypeAdapter
from typing_extensions import is_typeddict

# Samplers: gone from the client's types, still taken by older models under the older API version.
ANTHROPIC_BEYOND = {"temperature", "top_p", "top_k"}
# In the server's own request types, not in the client's.
OLLAMA_BEYOND = {
    "ollama-chat": {"truncate", "shift"},
    "ollama-generate": {"truncate", "shift"},
    "ollama-embed": set(),
}
OLLAMA_OPTIONS_BEYOND = {"min_p"}
OLLAMA_MESSAGE_BEYOND = {"tool_call_id"}


def force(value):
    """Runs the validators of iterables, which pydantic runs only when somebody iterates."""
    if isinstance(value, dict):
        return {key: force(member) for key, member in value.items()}
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)):
        return [force(member) for member in value]
    return value


def forbid_unknown_members():
    """Makes members that a type of the Anthropic client does not name an error; those that say otherwise stay."""
    for name, module in list(sys.modules.items()):
        if not name.startswith("anthropic.types."):
            continue
        for value in list(vars(module).values()):
            if is_typeddict(value) and not hasattr(value, "__pydantic_config__"):
                value.__pydantic_config__ = ConfigDict(extra="forbid")


def check_anthropic(body, adapter):
    known = {key: value for key, value in body.items() if key not in ANTHROPIC_BEYOND}
    validated = force(adapter.validate_python(known))
    if validated != known:
        raise ValueError(f"the client reads it as {validated}")


def check_ollama(body, kind):
    model = {
        "ollama-chat": ollama_types.ChatRequest,
        "ollama-generate": ollama_types.GenerateRequest,
        "ollama-embed": ollama_types.EmbedRequest,
    }[kind]
    unknown = set(body) - set(model.model_fields) - OLLAMA_BEYOND[kind]
    if unknown:
        raise ValueError(f"unknown members: {sorted(unknown)}")
    model.model_validate({key: value for key, value in body.items() if key != "messages"})
    options = body.get("options", {})
    unknown = set(options) - set(ollama_types.Options.model_fields) - OLLAMA_OPTIONS_BEYOND
    if unknown:
        raise ValueError(f"unknown options: {sorted(unknown)}")
    ollama_types.Options.model_validate(options)
    for message in body.get("messages", []):
        check_ollama_message(message)


def check_ollama_message(message):
    """The client wraps pictures before it writes them: what it writes has to be what is stored."""
    images = [{"value": image} for image in message.get("images", [])]
    validated = ollama_types.Message.model_validate({**message, **({"images": images} if images else {})})
    written = validated.model_dump(exclude_none=True)
    stored = {key: value for key, value in message.items() if key not in OLLAMA_MESSAGE_BEYOND}
    for call in stored.get("tool_calls", []):
        call.pop("id", None)
    if written != stored:
        raise ValueError(f"the client writes {written} for {stored}")


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "InterlockRemoteTests" / "Golden"
    forbid_unknown_members()
    streaming = TypeAdapter(message_create_params.MessageCreateParamsStreaming)
    whole = TypeAdapter(message_create_params.MessageCreateParamsNonStreaming)
    count = TypeAdapter(message_count_tokens_params.MessageCountTokensParams)
    checks = {
        "anthropic": lambda body: check_anthropic(body, streaming if body.get("stream") else whole),
        "anthropic-count": lambda body: check_anthropic(body, count),
        **{kind: (lambda body, kind=kind: check_ollama(body, kind)) for kind in OLLAMA_BEYOND},
    }
    checked = failures = 0
    for kind, check in checks.items():
        for path in sorted((folder / kind).glob("*.json")):
            checked += 1
            try:
                check(json.loads(path.read_text(encoding="utf-8")))
            except (ValueError, pydantic.ValidationError) as error:
                failures += 1
                print(f"{kind}/{path.name}: {error}")
    print(f"{checked} request bodies checked, {failures} not as the clients have them")
    return 1 if failures or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
