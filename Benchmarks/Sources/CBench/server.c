#define _GNU_SOURCE // strcasestr
// A server with a thread for each connection: what it costs is not measured, and blocking calls leave little to go wrong.

#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

// About the size of what OpenAI sends: 300 bytes an event, 500 an answer.
#define EVENT(delta, reason)                                                                                           \
    "data: {\"id\":\"chatcmpl-CAbCdEfGhIjKlMnOpQrStUvWxYz01\",\"object\":\"chat.completion.chunk\","                   \
    "\"created\":1760000000,\"model\":\"benchmark-model-2026-01-01\",\"service_tier\":\"default\","                    \
    "\"system_fingerprint\":\"fp_0123456789\",\"choices\":[{\"index\":0,\"delta\":" delta                              \
    ",\"logprobs\":null,\"finish_reason\":" reason "}],\"usage\":null}\n\n"

static const char whole[] =
    "{\"id\":\"chatcmpl-CAbCdEfGhIjKlMnOpQrStUvWxYz01\",\"object\":\"chat.completion\",\"created\":1760000000,"
    "\"model\":\"benchmark-model-2026-01-01\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
    "\"content\":\"Paris is the capital of France, and has been for most of its history.\",\"refusal\":null},"
    "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":16,"
    "\"total_tokens\":216,\"prompt_tokens_details\":{\"cached_tokens\":0}},\"service_tier\":\"default\"}";

struct text {
    char bytes[1024];
    size_t size;
};

// An event as a chunk of the transfer coding.
static struct text chunk(const char *event) {
    struct text text;
    text.size = (size_t)snprintf(text.bytes, sizeof text.bytes, "%zx\r\n%s\r\n", strlen(event), event);
    return text;
}

static int send_all(int connection, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t sent = write(connection, bytes, size);
        if (sent <= 0) return 0;
        bytes += sent;
        size -= (size_t)sent;
    }
    return 1;
}

static int answer(int connection, long chunks, long gap) {
    char head[2048];
    if (chunks == 0) {
        int size = snprintf(
            head, sizeof head,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_0123456789\r\n"
            "content-length: %zu\r\n\r\n%s", strlen(whole), whole);
        return send_all(connection, head, (size_t)size);
    }
    int size = snprintf(
        head, sizeof head,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: req_0123456789\r\n"
        "transfer-encoding: chunked\r\n\r\n");
    if (!send_all(connection, head, (size_t)size)) return 0;
    struct text event = chunk(EVENT("{\"content\":\" token\"}", "null"));
    for (long index = 0; index < chunks; index++) {
        if (gap > 0) usleep((useconds_t)gap);
        if (!send_all(connection, event.bytes, event.size)) return 0;
    }
    struct text finish = chunk(EVENT("{}", "\"stop\""));
    struct text done = chunk("data: [DONE]\n\n");
    return send_all(connection, finish.bytes, finish.size) && send_all(connection, done.bytes, done.size) &&
           send_all(connection, "0\r\n\r\n", 5);
}

static void *serve(void *argument) {
    int connection = (int)(intptr_t)argument;
    char buffer[16384];
    size_t filled = 0;
    for (;;) {
        buffer[filled] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (end != NULL) {
            char *length = strcasestr(buffer, "\r\ncontent-length:");
            size_t size = (size_t)(end + 4 - buffer) + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
            if (size >= sizeof buffer) break;
            if (filled >= size) {
                long chunks = 0, gap = 0;
                sscanf(buffer, "POST /%ld/%ld/", &chunks, &gap);
                memmove(buffer, buffer + size, filled - size);
                filled -= size;
                if (!answer(connection, chunks, gap)) break;
                continue;
            }
        }
        if (filled == sizeof buffer - 1) break;
        ssize_t count = read(connection, buffer + filled, sizeof buffer - 1 - filled);
        if (count <= 0) break;
        filled += (size_t)count;
    }
    close(connection);
    return NULL;
}

static void *accept_all(void *argument) {
    int listener = (int)(intptr_t)argument;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) continue;
        int on = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        if (pthread_create(&thread, &attributes, serve, (void *)(intptr_t)connection) != 0) close(connection);
    }
    return NULL;
}

int bench_serve(void) {
    signal(SIGPIPE, SIG_IGN);
    bench_raise_open_files();
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 4096) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        perror("the benchmark's server");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    if (pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)listener) != 0) return 1;
    char ignored[64];
    while (read(0, ignored, sizeof ignored) > 0) {}
    return 0;
}
