#!/usr/bin/env python3
"""Checks the golden request bodies of OpenAI's dialects against two judges that know nothing of Interlock.

1. The types of requests in the official library (package `openai`), through pydantic.
2. OpenAI's published specification, where it is given as the first argument (openapi.yaml or openapi.yaml.gz).

Goldens of other servers (`family-…`) are checked without the members that only those servers know.
Exit status: 0 everything holds, 1 something does not, 77 the packages are missing.
"""
import gzip
import json
import pathlib
import sys

try:
    import jsonschema
    import yaml
    from pydantic import TypeAdapter
    from openai.types.chat import completion_create_params as chat
    from openai.types import completion_create_params as completions
    from openai.types import embedding_create_params as embeddings
    from openai.types.responses import response_create_params as responses
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "InterlockRemoteTests" / "Golden"
KINDS = {
    "openai-chat": (
        chat.CompletionCreateParamsStreaming, chat.CompletionCreateParamsNonStreaming, "CreateChatCompletionRequest"),
    "openai-completions": (
        completions.CompletionCreateParamsStreaming, completions.CompletionCreateParamsNonStreaming,
        "CreateCompletionRequest"),
    "openai-responses": (
        responses.ResponseCreateParamsStreaming, responses.ResponseCreateParamsNonStreaming, "CreateResponse"),
    "openai-embeddings": (None, embeddings.EmbeddingCreateParams, "CreateEmbeddingRequest"),
}
# Members that only other servers of the family know.
FOREIGN = {"top_k", "min_p", "typical_p", "repeat_penalty", "repetition_penalty", "thinking_token_budget"}


def strict(value):
    """What a lazy iterator of pydantic holds, looked at in full."""
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, (str, bytes, int, float, bool)) or value is None:
        return value
    return [strict(item) for item in value]


def unknown_members(kind, body):
    known = set()
    for params in KINDS[kind][:2]:
        if params is not None:
            known |= set(params.__annotations__)
            for base in getattr(params, "__orig_bases__", ()):
                known |= set(getattr(base, "__annotations__", {}))
    return sorted(set(body) - known)


def judge_by_library(kind, body):
    streaming, whole, _ = KINDS[kind]
    params = streaming if streaming is not None and body.get("stream") else whole
    # The iterators that it returns need the adapter to live on.
    adapter = TypeAdapter(params)
    strict(adapter.validate_python(body))
    unknown = unknown_members(kind, body)
    if unknown:
        raise ValueError(f"the library knows no {', '.join(unknown)}")


def load_specification(path):
    opener = gzip.open if path.endswith(".gz") else open
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with opener(path, "rt", encoding="utf-8") as file:
        return overlapping(yaml.load(file, Loader=loader))


def overlapping(value):
    """The specification with anyOf for oneOf: some of its alternatives overlap, so that a valid item matches two."""
    if isinstance(value, dict):
        return {"anyOf" if key == "oneOf" else key: overlapping(item) for key, item in value.items()}
    if isinstance(value, list):
        return [overlapping(item) for item in value]
    return value


def judge_by_specification(specification, kind, body):
    schema = {"$ref": f"#/components/schemas/{KINDS[kind][2]}", "components": specification["components"]}
    jsonschema.Draft202012Validator(schema).validate(body)


def main():
    specification = load_specification(sys.argv[1]) if len(sys.argv) > 1 else None
    failures = checked = 0
    for kind in KINDS:
        for path in sorted((GOLDEN / kind).glob("*.json")):
            body = json.loads(path.read_text(encoding="utf-8"))
            if path.stem.startswith("family-"):
                body = {key: item for key, item in body.items() if key not in FOREIGN}
            checked += 1
            try:
                judge_by_library(kind, body)
                if specification is not None:
                    judge_by_specification(specification, kind, body)
            except Exception as problem:  # every judge has exceptions of its own
                failures += 1
                print(f"{kind}/{path.name}: {str(problem)[:2000]}")
    print(f"{checked} bodies checked, {failures} refused")
    return 1 if failures or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
