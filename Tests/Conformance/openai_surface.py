"""Holds a gateway's OpenAI surface against OpenAI's own specification and its own client.

usage: openai_surface.py BASE_URL KEY [SPECIFICATION]

The gateway offers scripted models named after what they answer; see OpenAIConformanceTests.swift. SPECIFICATION is
OpenAI's description of its interface, openapi.yaml or openapi.yaml.gz; without it only the client is used.
"""

import gzip
import http.client
import json
import sys
import urllib.parse

import openai
from openai import OpenAI

BASE, KEY = sys.argv[1], sys.argv[2]
ADDRESS = urllib.parse.urlparse(BASE)
CHECKS = 0
FAILURES = []


def check(condition, what):
    global CHECKS
    CHECKS += 1
    if not condition:
        FAILURES.append(what)
        print("FAILED:", what)


# --- the specification ------------------------------------------------------------------------------------------------


def null_allowed(schema):
    """Puts OpenAPI 3.0's `nullable`, which the specification still uses, in JSON Schema's words."""
    if isinstance(schema, dict):
        schema = {key: null_allowed(value) for key, value in schema.items()}
        if schema.pop("nullable", False) is True:
            return {"anyOf": [schema, {"type": "null"}]}
        return schema
    if isinstance(schema, list):
        return [null_allowed(item) for item in schema]
    return schema


class Specification:
    def __init__(self, path):
        import jsonschema
        import yaml

        opened = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
        with opened as file:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            self.root = {"components": null_allowed(yaml.load(file, Loader=loader)["components"])}
        self.validator = jsonschema.Draft202012Validator

    def hold(self, name, value, what):
        schema = {"$ref": "#/components/schemas/" + name, **self.root}
        errors = [
            "/".join(str(part) for part in error.absolute_path) + ": " + error.message
            for error in self.validator(schema).iter_errors(value)
        ]
        check(not errors, f"{what} is a {name}: {errors[:3]} in {json.dumps(value)[:300]}")


SPECIFICATION = Specification(sys.argv[3]) if len(sys.argv) > 3 else None


def hold(name, value, what):
    if SPECIFICATION:
        SPECIFICATION.hold(name, value, what)


def ask(method, path, body=None, key=KEY):
    """A request without the client: status, header fields, body."""
    connection = http.client.HTTPConnection(ADDRESS.hostname, ADDRESS.port, timeout=30)
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = "Bearer " + key
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    response = connection.getresponse()
    data = response.read().decode()
    connection.close()
    return response.status, response.headers, data


def events(text):
    """The values of a stream, and whether it ended with [DONE]."""
    values, done = [], False
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        if not any(lines):
            continue
        assert len(lines) == 1 and lines[0].startswith("data: ") and not done, block
        if lines[0] == "data: [DONE]":
            done = True
        else:
            values.append(json.loads(lines[0][6:]))
    return values, done


HI = [{"role": "user", "content": "Hi"}]
TOOLS = [
    {
        "type": "function",
        "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}},
    }
]


def check_specification():
    for model in ["text", "tools", "refusal", "logprobs", "reasoning", "length"]:
        body = {"model": model, "messages": HI}
        if model == "tools":
            body["tools"] = TOOLS
        if model == "logprobs":
            body.update(logprobs=True, top_logprobs=2)
        status, headers, text = ask("POST", "/v1/chat/completions", body)
        check(status == 200 and headers["x-request-id"], f"chat with {model}: {status} {text}")
        hold("CreateChatCompletionResponse", json.loads(text), f"chat with {model}")
        for usage in [False, True]:
            body.update(stream=True, stream_options={"include_usage": usage})
            status, _, text = ask("POST", "/v1/chat/completions", body)
            values, done = events(text)
            check(status == 200 and done, f"stream of {model}: {status}")
            for value in values:
                hold("CreateChatCompletionStreamResponse", value, f"stream of {model}")
                check(("usage" in value) == usage, f"usage is there when asked for: {value}")
            check(len({value["id"] for value in values}) == 1, "all pieces have one id")
            last = values[-1]
            check((last["choices"] == []) == usage, f"the last piece of {model}: {last}")
            if usage:
                hold("CompletionUsage", last["usage"], "usage")
    completion = {"model": "logprobs", "prompt": "Once", "logprobs": 2}
    status, _, text = ask("POST", "/v1/completions", completion)
    hold("CreateCompletionResponse", json.loads(text), "completion")
    status, _, text = ask("POST", "/v1/completions", {**completion, "stream": True})
    values, done = events(text)
    check(done, "stream of a completion")
    for value in values:
        # The specification has no word for "not at the end yet", where OpenAI itself says null.
        if value["choices"][0]["finish_reason"] is None:
            value["choices"][0]["finish_reason"] = "stop"
        hold("CreateCompletionResponse", value, "stream of a completion")
    status, _, text = ask("POST", "/v1/embeddings", {"model": "embed", "input": ["a", "b"]})
    hold("CreateEmbeddingResponse", json.loads(text), "embeddings")
    hold("ListModelsResponse", json.loads(ask("GET", "/v1/models")[2]), "models")
    hold("Model", json.loads(ask("GET", "/v1/models/org%2Fname%3Aq4")[2]), "model")


def check_errors():
    for method, path, body, key, expected in [
        ("POST", "/v1/chat/completions", {"model": "none", "messages": HI}, KEY, 404),
        ("POST", "/v1/chat/completions", {"model": "text"}, KEY, 400),
        ("POST", "/v1/chat/completions", {"model": "text", "messages": HI, "frob": 1}, KEY, 400),
        ("POST", "/v1/chat/completions", {"model": "text", "messages": HI, "n": 2}, KEY, 400),
        ("POST", "/v1/chat/completions", {"model": "failing", "messages": HI}, KEY, 429),
        ("POST", "/v1/chat/completions", {"model": "text", "messages": HI}, "wrong", 401),
        ("POST", "/v1/chat/completions", {"model": "text", "messages": HI}, None, 401),
        ("POST", "/v1/completions", {"model": "text", "prompt": [1]}, KEY, 400),
        ("POST", "/v1/embeddings", {"model": "text", "input": "a"}, KEY, 400),
        ("GET", "/v1/models/none", None, KEY, 404),
        ("GET", "/v1/chat/completions", None, KEY, 405),
        ("GET", "/nowhere", None, KEY, 404),
        ("POST", "/v1/embeddings", {"model": "text", "input": "x" * (2 << 20)}, KEY, 413),
    ]:
        status, headers, text = ask(method, path, body, key)
        check(status == expected, f"{method} {path} {str(body)[:80]}: {status} {text}")
        check(bool(headers["x-request-id"]), f"{method} {path} has a request id")
        hold("ErrorResponse", json.loads(text), f"{method} {path}")
    _, _, text = ask("POST", "/v1/chat/completions", {"model": "breaking", "messages": HI, "stream": True})
    values, done = events(text)
    check(not done, "a stream that breaks has no [DONE]")
    hold("ErrorResponse", values[-1], "the last event of a stream that breaks")


# --- the client -------------------------------------------------------------------------------------------------------


def refused(kind, call, what):
    try:
        call()
    except kind as error:
        check(True, what)
        return error
    except Exception as error:
        check(False, f"{what}: {type(error).__name__} {error}")
        return None
    check(False, f"{what}: no error")


def check_client(strict):
    client = OpenAI(base_url=BASE, api_key=KEY, max_retries=0, timeout=30, _strict_response_validation=strict)
    chat = client.chat.completions

    reply = chat.create(model="text", messages=HI)
    check(reply.choices[0].message.content == "Hello, wörld 😀", f"text: {reply}")
    check(reply.usage.total_tokens == 5 and reply.usage.prompt_tokens_details.cached_tokens == 1, "usage")
    check(bool(reply._request_id), "request id")

    pieces = list(
        chat.create(model="text", messages=HI, stream=True, stream_options={"include_usage": True})
    )
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    check(text == "Hello, wörld 😀", f"stream: {text}")
    check(pieces[0].choices[0].delta.role == "assistant", "the first piece has the role")
    check(pieces[-1].usage.total_tokens == 5, "the last piece has the usage")

    with chat.stream(model="tools", messages=HI, tools=TOOLS) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    calls = [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls]
    check(calls == [("c0", "f", '{"a":1}'), ("c1", "f", '{"a":2}')], f"tool calls of a stream: {calls}")
    reply = chat.create(model="tools", messages=HI, tools=TOOLS, tool_choice="auto", parallel_tool_calls=True)
    check(reply.choices[0].finish_reason == "tool_calls", "the reason is tool_calls")
    refused(
        openai.BadRequestError,
        lambda: chat.create(model="tools", messages=HI, tools=TOOLS, parallel_tool_calls=False),
        "a choice that the backend does not have",
    )
    # The answer goes back as the client gives it out, with the tools' results.
    history = HI + [reply.choices[0].message.model_dump()]
    history += [{"role": "tool", "tool_call_id": call[0], "content": "7"} for call in calls]
    reply = chat.create(model="text", messages=history, tools=TOOLS)
    check(reply.choices[0].finish_reason == "stop", "tools' results are taken")

    reply = chat.create(model="refusal", messages=HI)
    check(reply.choices[0].message.refusal == "No.", f"refusal: {reply}")
    reply = chat.create(model="logprobs", messages=HI, logprobs=True, top_logprobs=2)
    content = reply.choices[0].logprobs.content
    check([entry.token for entry in content] == ["a", "b"], f"logprobs: {content}")
    check(content[0].top_logprobs[0].bytes == [97], "alternatives")
    reply = chat.create(model="reasoning", messages=HI, reasoning_effort="high")
    check(reply.choices[0].message.model_extra["reasoning_content"] == "Hm.", f"reasoning: {reply}")
    reply = chat.create(model="length", messages=HI, max_completion_tokens=1, stop=["x"], seed=1, temperature=0)
    check(reply.choices[0].finish_reason == "length", f"length: {reply}")

    reply = client.completions.create(model="text", prompt="Once")
    check(reply.choices[0].text == "Hello, wörld 😀", f"completion: {reply}")
    if not strict:
        # Strictly, the client refuses what OpenAI itself sends here: a null reason before the end.
        pieces = list(client.completions.create(model="text", prompt="Once", stream=True))
        check("".join(piece.choices[0].text for piece in pieces) == "Hello, wörld 😀", "stream of a completion")

    # Strictly, the client refuses the Base64 that it asks for by default.
    encoding = {"encoding_format": "float"} if strict else {}
    reply = client.embeddings.create(model="embed", input=["ab", "c"], **encoding)
    check([item.embedding for item in reply.data] == [[2.0, 1.0, 0.5], [1.0, 0.5, 0.25]], f"embeddings: {reply}")
    floats = client.embeddings.create(model="embed", input="ab", encoding_format="float")
    check(floats.data[0].embedding == [2.0, 1.0, 0.5], "embeddings as numbers")

    names = [model.id for model in client.models.list()]
    check("org/name:q4" in names and "text" in names, f"models: {names}")
    check(client.models.retrieve("org/name:q4").id == "org/name:q4", "a model with a slash")

    error = refused(openai.NotFoundError, lambda: chat.create(model="none", messages=HI), "no such model")
    check(error is not None and error.code == "model_not_found" and error.param == "model", f"{error!r}")
    refused(openai.BadRequestError, lambda: chat.create(model="text", messages=HI, n=2), "n of 2")
    refused(
        openai.BadRequestError,
        lambda: chat.create(model="text", messages=HI, response_format={"type": "json_object"}),
        "a constraint that nobody holds",
    )
    refused(openai.RateLimitError, lambda: chat.create(model="failing", messages=HI), "rate limit")
    wrong = OpenAI(base_url=BASE, api_key="wrong", max_retries=0, timeout=30)
    refused(openai.AuthenticationError, lambda: wrong.models.list(), "wrong key")
    error = refused(
        openai.APIError,
        lambda: list(chat.create(model="breaking", messages=HI, stream=True)),
        "a stream that breaks",
    )
    check(error is not None and "broke" in error.message, f"{error!r}")
    reply = chat.create(
        model="text", messages=HI, extra_body={"frob": 1}, extra_headers={"X-Interlock-Unsupported": "drop"}
    )
    check(reply.choices[0].message.content is not None, "an unknown parameter is dropped when asked to")


if SPECIFICATION:
    check_specification()
check_errors()
for strict in [False, True]:
    check_client(strict)
if FAILURES:
    sys.exit(f"{len(FAILURES)} of {CHECKS} checks failed")
print(f"{CHECKS} checks passed with openai {openai.__version__}" + ("" if SPECIFICATION else ", no specification"))
