"""Python's clients in the HTTP benchmark: reads "CLIENT URL CHUNKS COUNT WIDTH" from each line of standard input, does
so many requests, so many at once, and prints the seconds of processor time that took and how many chunks came."""

import asyncio
import json
import sys
import time

import httpx
import openai

BODY_TEXT = "Tell me about the capital of France, its rivers and its bridges. " * 13
MESSAGES = [{"role": "user", "content": BODY_TEXT}]
HEADERS = {"Authorization": "Bearer sk-benchmark"}


def body(chunks):
    return {"model": "benchmark", "messages": MESSAGES, "stream": chunks > 0}


class Httpx:
    """What one writes without an SDK: lines, and the JSON behind "data: "."""

    def __init__(self):
        limits = httpx.Limits(max_connections=None)
        self.one = httpx.Client(headers=HEADERS, limits=limits, trust_env=False)
        self.many = httpx.AsyncClient(headers=HEADERS, limits=limits, trust_env=False)

    def ask(self, url, chunks):
        url += "/chat/completions"
        if chunks == 0:
            return len(self.one.post(url, json=body(chunks)).json()["choices"])
        count = 0
        with self.one.stream("POST", url, json=body(chunks)) as response:
            for line in response.iter_lines():
                count += content(line)
        return count

    async def ask_async(self, url, chunks):
        url += "/chat/completions"
        if chunks == 0:
            return len((await self.many.post(url, json=body(chunks))).json()["choices"])
        count = 0
        async with self.many.stream("POST", url, json=body(chunks)) as response:
            async for line in response.aiter_lines():
                count += content(line)
        return count


def content(line):
    if not line.startswith("data: {"):
        return 0
    return 1 if json.loads(line[6:])["choices"][0]["delta"].get("content") else 0


class OpenAI:
    """The official SDK."""

    def __init__(self):
        self.clients = {}

    def client(self, kind, url):
        if (kind, url) not in self.clients:
            self.clients[kind, url] = kind(api_key="sk-benchmark", base_url=url)
        return self.clients[kind, url]

    def ask(self, url, chunks):
        client = self.client(openai.OpenAI, url)
        answer = client.chat.completions.create(model="benchmark", messages=MESSAGES, stream=chunks > 0)
        if chunks == 0:
            return len(answer.choices)
        return sum(1 for chunk in answer if chunk.choices[0].delta.content)

    async def ask_async(self, url, chunks):
        client = self.client(openai.AsyncOpenAI, url)
        answer = await client.chat.completions.create(model="benchmark", messages=MESSAGES, stream=chunks > 0)
        if chunks == 0:
            return len(answer.choices)
        count = 0
        async for chunk in answer:
            count += 1 if chunk.choices[0].delta.content else 0
        return count


async def share(client, url, chunks, count):
    return sum([await client.ask_async(url, chunks) for _ in range(count)])


async def many(client, url, chunks, count, width):
    return sum(await asyncio.gather(*(share(client, url, chunks, count // width) for _ in range(width))))


def main():
    clients = {"httpx": Httpx(), "openai": OpenAI()}
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        name, url, chunks, count, width = line.split()
        chunks, count, width = int(chunks), int(count), int(width)
        client = clients[name]
        start = time.process_time()
        if width == 1:
            seen = sum(client.ask(url, chunks) for _ in range(count))
        else:
            seen = loop.run_until_complete(many(client, url, chunks, count, width))
        print(time.process_time() - start, seen, flush=True)
    # The SDK leaves generators behind that would complain at the end.
    loop.run_until_complete(loop.shutdown_asyncgens())


main()
