"""anthropic_client.py URL: uses a server through Anthropic's own client, which checks every answer against its types.

It is for every version of the client: whether the key comes as a bearer's or in a header of its own is that client's.
"""

import sys

from anthropic import Anthropic, AuthenticationError, NotFoundError

URL = sys.argv[1]
KEY = "sk-conformance"
TOOL = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def user(text):
    return [{"role": "user", "content": text}]


client = Anthropic(base_url=URL, api_key=KEY, max_retries=0, _strict_response_validation=True)
ask = {"model": "demo-model", "max_tokens": 100}

whole = client.messages.create(messages=user("one two"), system="be brief", **ask)
assert (whole.content[0].text, whole.stop_reason) == ("You said: one two", "end_turn"), whole
assert (whole.usage.input_tokens, whole.usage.output_tokens) == (4, 4), whole.usage

stopped = client.messages.create(messages=user("one two three"), stop_sequences=["two"], **ask)
assert (stopped.content[0].text, stopped.stop_sequence) == ("You said: one ", "two"), stopped
cut = client.messages.create(messages=user("one two"), model="demo-model", max_tokens=1)
assert cut.stop_reason == "max_tokens", cut

events = list(client.messages.create(messages=user("é 😀"), stream=True, **ask))
assert [event.type for event in events][-1] == "message_stop", events
assert "".join(e.delta.text for e in events if e.type == "content_block_delta") == "You said: é 😀"

with client.messages.stream(
    messages=user("hello"), model="demo-model", max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1024}
) as stream:
    final = stream.get_final_message()
assert [block.type for block in final.content] == ["thinking", "text"], final
assert final.content[0].thinking == "The user said something." and final.content[0].signature, final

with client.messages.stream(messages=user("call all"), tools=[TOOL, {**TOOL, "name": "other"}], **ask) as stream:
    final = stream.get_final_message()
assert [(block.name, block.input) for block in final.content] == [("weather", {"city": "x"}), ("other", {"city": "x"})]
assert final.stop_reason == "tool_use"
results = [{"type": "tool_result", "tool_use_id": block.id, "content": "sunny"} for block in final.content]
content = [block.model_dump(include={"type", "id", "name", "input"}) for block in final.content]
turns = user("call all") + [{"role": "assistant", "content": content}, {"role": "user", "content": results}]
answer = client.messages.create(messages=turns, tools=[TOOL], **ask)
assert answer.content[0].text == "The tool said: sunny", answer

assert client.messages.count_tokens(model="demo-model", messages=user("one two three")).input_tokens == 3
assert [model.id for model in client.models.list()] == ["demo-model", "org/other:tag"]
assert client.models.retrieve("demo-model").display_name == "demo-model"
try:
    client.models.retrieve("nothing")
    raise SystemExit("a model that is not there was found")
except NotFoundError as error:
    assert error.body["error"]["type"] == "not_found_error" and error.request_id == "req_fault", error
try:
    Anthropic(base_url=URL, api_key="wrong", max_retries=0).models.list()
    raise SystemExit("a wrong key was taken")
except AuthenticationError as error:
    assert error.body["error"]["type"] == "authentication_error", error
print("conforms")
