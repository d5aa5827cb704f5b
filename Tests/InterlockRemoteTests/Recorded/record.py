"""record.py llama-server|llama-server-embeddings|litellm PORT: asks the server on that port of 127.0.0.1 what the list
below says and writes what it answers to NAME/CASE.txt, to be read by the decoders' tests.

A file holds the request (`> METHOD PATH` and `> BODY`), the status and header fields (`< `), an empty line and then the
body, byte for byte as it came once the chunks were joined. Servers are those of scripts/setup-peers; llama-server ran
`--alias demo -c 2048 --parallel 2 -t 1 -m demo-q8_0.gguf` in Models/demo, litellm with the litellm.yaml beside this file.
"""

import http.client
import json
import os
import sys

SKIPPED = {"date", "keep-alive", "connection", "transfer-encoding", "server"}
ASK = [{"role": "user", "content": "What is the capital of France?"}]
TOOL = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
CALL = [{"role": "user", "content": "What is the weather in Paris?"}]
SCHEMA = {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}}, "required": ["city"]}
LIMIT = {"temperature": 0, "seed": 1}

CHAT = {"model": "demo", "messages": ASK, "max_tokens": 12, **LIMIT}
CHAT_TOOLS = {
    **CHAT, "messages": CALL, "max_tokens": 48, "tool_choice": "required",
    "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells the weather.", "parameters": TOOL}}],
}
RESPONSES = {"model": "demo", "input": "What is the capital of France?", "max_output_tokens": 12, **LIMIT}
MESSAGES = {"model": "demo", "messages": ASK, "max_tokens": 12, "temperature": 0}
MESSAGES_TOOLS = {
    **MESSAGES, "messages": CALL, "max_tokens": 48, "tool_choice": {"type": "any"},
    "tools": [{"name": "weather", "description": "Tells the weather.", "input_schema": TOOL}],
}
PLAIN = {"prompt": "The capital of France is", "n_predict": 6, **LIMIT}
EMBEDDINGS = {"model": "demo", "input": ["one", "two"]}
STREAM = {"stream": True}
USAGE = {"stream": True, "stream_options": {"include_usage": True}}

COMMON = {
    "models": ("GET", "/v1/models", None),
    "chat": ("POST", "/v1/chat/completions", CHAT),
    "chat-stream": ("POST", "/v1/chat/completions", {**CHAT, **STREAM}),
    "chat-stream-usage": ("POST", "/v1/chat/completions", {**CHAT, **USAGE}),
    "responses": ("POST", "/v1/responses", RESPONSES),
    "responses-stream": ("POST", "/v1/responses", {**RESPONSES, **STREAM}),
    "messages": ("POST", "/v1/messages", MESSAGES),
    "messages-stream": ("POST", "/v1/messages", {**MESSAGES, **STREAM}),
    "messages-count-tokens": ("POST", "/v1/messages/count_tokens", {"model": "demo", "messages": ASK}),
    "embeddings": ("POST", "/v1/embeddings", EMBEDDINGS),
    "error-not-json": ("POST", "/v1/chat/completions", "{"),
    "error-path": ("GET", "/v1/nowhere", None),
    "error-messages-empty": ("POST", "/v1/messages", {"model": "demo", "max_tokens": 4}),
}
LLAMA = {
    **COMMON,
    "health": ("GET", "/health", None),
    "props": ("GET", "/props", None),
    "tokenize": ("POST", "/tokenize", {"content": "é one", "with_pieces": True}),
    "chat-length": ("POST", "/v1/chat/completions", {**CHAT, "max_tokens": 2}),
    "chat-logprobs-stream": (
        "POST", "/v1/chat/completions", {**CHAT, **STREAM, "max_tokens": 3, "logprobs": True, "top_logprobs": 2}),
    "chat-schema": (
        "POST", "/v1/chat/completions",
        {**CHAT, "response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": SCHEMA}}}),
    "chat-tools": ("POST", "/v1/chat/completions", CHAT_TOOLS),
    "chat-tools-stream": ("POST", "/v1/chat/completions", {**CHAT_TOOLS, **STREAM}),
    "messages-tools-stream": ("POST", "/v1/messages", {**MESSAGES_TOOLS, **STREAM}),
    "completion": ("POST", "/completion", PLAIN),
    "completion-stream": ("POST", "/completion", {**PLAIN, **STREAM}),
    "completion-stop": ("POST", "/completion", {**PLAIN, "n_predict": 16, "stop": ["."]}),
    "completion-schema": ("POST", "/completion", {**PLAIN, "n_predict": 16, "json_schema": SCHEMA}),
    "error-too-long": ("POST", "/v1/chat/completions", {**CHAT, "messages": [{"role": "user", "content": "one " * 3000}]}),
    "error-too-long-stream": ("POST", "/completion", {**PLAIN, **STREAM, "prompt": "one " * 3000}),
    "error-messages-too-long": (
        "POST", "/v1/messages", {**MESSAGES, "messages": [{"role": "user", "content": "one " * 3000}]}),
}
CASES = {
    "llama-server": LLAMA,
    "llama-server-embeddings": {
        "embeddings-on": ("POST", "/v1/embeddings", EMBEDDINGS),
        "embeddings-base64": ("POST", "/v1/embeddings", {**EMBEDDINGS, "encoding_format": "base64"}),
        "embedding-native": ("POST", "/embedding", {"content": "one"}),
    },
    "litellm": {**COMMON, "error-model": ("POST", "/v1/chat/completions", {**CHAT, "model": "missing"})},
}


def shortened(text):
    return text if len(text) < 2000 else text[:400] + "…" + text[-400:]


def record(name, port):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), name.removesuffix("-embeddings"))
    os.makedirs(folder, exist_ok=True)
    for case, (method, path, body) in CASES[name].items():
        text = body if isinstance(body, str) or body is None else json.dumps(body, ensure_ascii=False)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"content-type": "application/json", "authorization": "Bearer none", "anthropic-version": "2023-06-01"}
        connection.request(method, path, text.encode() if text else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        with open(os.path.join(folder, case + ".txt"), "wb") as file:
            lines = [f"> {method} {path}"] + ([f"> {shortened(text)}"] if text else []) + [f"< {answer.status}"]
            kept = sorted((key.lower(), value) for key, value in answer.getheaders() if key.lower() not in SKIPPED)
            lines += [f"< {key}: {value}" for key, value in kept]
            file.write("\n".join(lines).encode() + b"\n\n" + content)
        connection.close()


record(sys.argv[1], int(sys.argv[2]))
