"""ollama_client.py URL: uses a server through Ollama's own client."""

import sys

from ollama import Client, ResponseError

URL = sys.argv[1]
client = Client(host=URL, headers={"Authorization": "Bearer sk-conformance"})
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells it.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def user(text):
    return [{"role": "user", "content": text}]


whole = client.chat("demo-model", user("one two"))
assert (whole.message.content, whole.done, whole.done_reason) == ("You said: one two", True, "stop"), whole
assert (whole.prompt_eval_count, whole.eval_count) == (2, 4), whole
chunks = list(client.chat("demo-model", user("é 😀"), stream=True, think=True))
assert "".join(chunk.message.content or "" for chunk in chunks) == "You said: é 😀", chunks
assert "".join(chunk.message.thinking or "" for chunk in chunks) == "The user said something."
assert [chunk.done for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
cut = client.chat("demo-model", user("one two"), options={"num_predict": 1}, keep_alive=-1)
assert cut.done_reason == "length", cut
for answer in [client.chat("demo-model", user("call"), tools=[TOOL])] + [
    chunk for chunk in client.chat("demo-model", user("call"), tools=[TOOL], stream=True) if chunk.message.tool_calls
]:
    call = answer.message.tool_calls[0].function
    assert (call.name, call.arguments) == ("weather", {"city": "x"}), answer
after = user("call") + [{"role": "tool", "tool_name": "weather", "content": "sunny"}]
assert client.chat("demo-model", after).message.content == "The tool said: sunny"
schema = {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"]}
assert client.chat("demo-model", user("x"), format=schema).message.content == '{"a":true}'
assert client.chat("demo-model", []).done_reason == "load"

assert client.generate("demo-model", "one").response == "You said: one"
pieces = list(client.generate("demo-model", "one", stream=True))
assert "".join(piece.response for piece in pieces) == "You said: one" and pieces[-1].eval_count == 3, pieces

vectors = client.embed("demo-model", ["one", "two"]).embeddings
assert len(vectors) == 2 and len(vectors[0]) == 8 and vectors[0] != vectors[1]
assert [model.model for model in client.list().models] == ["demo-model", "org/other:tag"]
assert client.show("demo-model").modelinfo["llama.context_length"] == 4096
assert client.ps().models[0].context_length == 4096
assert client.pull("demo-model").status == "success"
progress = list(client.pull("demo-model", stream=True))
assert progress[-1].status == "success" and any(p.completed == 250 and p.total == 1000 for p in progress), progress
try:
    Client(host=URL).list()
    raise SystemExit("a missing key was taken")
except ResponseError as error:
    assert error.status_code == 401, error
print("conforms")
