"""huggingface_client.py URL: uses a server through the Hugging Face hub's own client; HF_ENDPOINT must be that URL."""

import sys

from huggingface_hub import HfApi, InferenceClient, hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

URL = sys.argv[1]
KEY = "sk-conformance"
LARGE = bytes(range(256)) * 1000

client = InferenceClient(base_url=URL + "/v1", api_key=KEY)
ask = {"model": "demo-model", "messages": [{"role": "user", "content": "é 😀"}]}
whole = client.chat_completion(**ask)
assert whole.choices[0].message.content == "You said: é 😀", whole
assert whole.usage.completion_tokens == 4
chunks = list(client.chat_completion(**ask, stream=True))
assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "You said: é 😀", chunks

with open(hf_hub_download("org/name", "weights/model.gguf", token=KEY), "rb") as file:
    assert file.read() == LARGE
with open(hf_hub_download("org/name", "config.json", token=KEY), "rb") as file:
    assert file.read() == b"{}"
try:
    hf_hub_download("org/name", "nothing", token=KEY)
    raise SystemExit("a file that is not there was found")
except EntryNotFoundError:
    pass
try:
    hf_hub_download("org/nothing", "config.json", token=KEY)
    raise SystemExit("a repository that is not there was found")
except RepositoryNotFoundError:
    pass
api = HfApi(endpoint=URL, token=KEY)
assert api.list_repo_files("org/name") == ["config.json", "weights/model.gguf"]
sizes = {entry.path: entry.size for entry in api.list_repo_tree("org/name", recursive=True)}
assert sizes == {"config.json": 2, "weights/model.gguf": len(LARGE)}, sizes
assert snapshot_download("org/name", token=KEY)
print("conforms")
