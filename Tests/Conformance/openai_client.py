"""openai_client.py URL: uses a server through OpenAI's own client, which checks every answer against its types."""

import json
import sys

from openai import AuthenticationError, AzureOpenAI, NotFoundError, OpenAI

URL = sys.argv[1]
KEY = "sk-conformance"
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": WEATHER}}


def user(text):
    return [{"role": "user", "content": text}]


def chat(client):
    whole = client.chat.completions.create(model="demo-model", messages=user("one two"))
    assert whole.choices[0].message.content == "You said: one two", whole
    assert whole.choices[0].finish_reason == "stop"
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (2, 4), whole.usage

    cut = client.chat.completions.create(model="demo-model", messages=user("one two"), max_completion_tokens=2)
    assert (cut.choices[0].message.content, cut.choices[0].finish_reason) == ("You said: ", "length"), cut

    probable = client.chat.completions.create(
        model="demo-model", messages=user("é"), logprobs=True, top_logprobs=1, n=2, stop=["nothing"]
    )
    assert len(probable.choices) == 2
    assert probable.choices[1].logprobs.content[2].bytes == list("é".encode())


def chat_stream(client):
    stream = client.chat.completions.create(
        model="demo-model", messages=user("é 😀"), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == "You said: é 😀", text
    assert chunks[-1].usage.completion_tokens == 4 and chunks[0].usage is None

    with client.chat.completions.stream(model="demo-model", messages=user("please call"), tools=[TOOL]) as stream:
        final = stream.get_final_completion()
    call = final.choices[0].message.tool_calls[0]
    assert final.choices[0].finish_reason == "tool_calls"
    assert json.loads(call.function.arguments) == {"city": "x", "days": 1}, call

    after = user("please call") + [
        {"role": "assistant", "tool_calls": [call.model_dump(exclude={"function": {"parsed_arguments"}})]},
        {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
    ]
    answer = client.chat.completions.create(model="demo-model", messages=after, tools=[TOOL])
    assert answer.choices[0].message.content == "The tool said: sunny", answer


def schema(client):
    answer = client.chat.completions.create(
        model="demo-model",
        messages=user("x"),
        response_format={"type": "json_schema", "json_schema": {"name": "w", "schema": WEATHER, "strict": True}},
    )
    assert json.loads(answer.choices[0].message.content) == {"city": "x", "days": 1}


def responses(client):
    whole = client.responses.create(model="demo-model", input="one two", instructions="be brief")
    assert (whole.output_text, whole.status) == ("You said: one two", "completed"), whole
    assert whole.usage.input_tokens == 4

    cut = client.responses.create(model="demo-model", input="one two", max_output_tokens=1)
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens"), cut

    with client.responses.stream(
        model="demo-model",
        input="one",
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
    ) as stream:
        types = [event.type for event in stream]
        final = stream.get_final_response()
    assert types[:2] == ["response.created", "response.in_progress"] and types[-1] == "response.completed", types
    assert types.count("response.reasoning_summary_text.delta") == 4, types
    assert final.output_text == "You said: one"
    assert final.output[0].encrypted_content and final.usage.output_tokens_details.reasoning_tokens == 4

    tool = {"type": "function", "name": "weather", "parameters": WEATHER, "strict": True}
    with client.responses.stream(model="demo-model", input="call it", tools=[tool]) as stream:
        final = stream.get_final_response()
    call = final.output[0]
    assert json.loads(call.arguments) == {"city": "x", "days": 1}, call
    answer = client.responses.create(
        model="demo-model",
        input=[
            {"role": "user", "content": "call it"},
            {"type": "function_call", "call_id": call.call_id, "name": "weather", "arguments": call.arguments},
            {"type": "function_call_output", "call_id": call.call_id, "output": "rain"},
        ],
    )
    assert answer.output_text == "The tool said: rain", answer


def the_rest(client):
    # The strict check comes before the client's own decoding of Base64, which it hence refuses.
    lenient = OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0)
    packed = lenient.embeddings.create(model="demo-model", input=["one", "two"])
    plain = client.embeddings.create(model="demo-model", input=["one", "two"], encoding_format="float")
    assert len(packed.data[0].embedding) == 8
    for left, right in zip(packed.data, plain.data):
        assert all(abs(a - b) < 1e-6 for a, b in zip(left.embedding, right.embedding))
    assert packed.data[0].embedding != packed.data[1].embedding
    assert len(lenient.embeddings.create(model="demo-model", input=[1, 2], dimensions=3).data[0].embedding) == 3

    assert [model.id for model in client.models.list()] == ["demo-model", "org/other:tag"]
    assert client.models.retrieve("org/other:tag").id == "org/other:tag"
    try:
        client.models.retrieve("nothing")
        raise SystemExit("a model that is not there was found")
    except NotFoundError as error:
        assert error.code == "model_not_found" and error.request_id == "req_fault", error

    text = client.completions.create(model="demo-model", prompt="one")
    assert text.choices[0].text == "You said: one", text
    # A piece before the last has no reason to finish, which the strict check does not foresee.
    pieces = list(lenient.completions.create(model="demo-model", prompt="one", stream=True))
    assert "".join(piece.choices[0].text for piece in pieces) == "You said: one"


def azure():
    client = AzureOpenAI(
        azure_endpoint=URL, api_key=KEY, api_version="2024-10-21", max_retries=0, _strict_response_validation=True
    )
    whole = client.chat.completions.create(model="demo-model", messages=user("hello"))
    assert whole.choices[0].message.content == "You said: hello", whole
    chunks = list(client.chat.completions.create(model="demo-model", messages=user("hello"), stream=True))
    assert chunks[0].choices == [] and chunks[0].model_extra["prompt_filter_results"], chunks[0]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "You said: hello"
    assert len(client.embeddings.create(model="demo-model", input="one", encoding_format="float").data[0].embedding) == 8
    assert client.responses.create(model="demo-model", input="one").output_text == "You said: one"
    newer = OpenAI(base_url=URL + "/openai/v1", api_key=KEY, max_retries=0, _strict_response_validation=True)
    assert newer.responses.create(model="demo-model", input="one").output_text == "You said: one"


client = OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0, _strict_response_validation=True)
chat(client)
chat_stream(client)
schema(client)
responses(client)
the_rest(client)
azure()
try:
    OpenAI(base_url=URL + "/v1", api_key="wrong", max_retries=0).models.list()
    raise SystemExit("a wrong key was taken")
except AuthenticationError as error:
    assert error.code == "invalid_api_key", error
print("conforms")
