// The floor: what a program pays that calls libcurl as its manual shows and does nothing with the answer.

#include "bench.h"

#include <curl/curl.h>
#include <stdlib.h>

static size_t count_bytes(char *bytes, size_t size, size_t count, void *total) {
    (void)bytes;
    *(long *)total += (long)(size * count);
    return size * count;
}

static CURL *make_easy(struct curl_slist *headers, long *total) {
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, total);
    return easy;
}

static struct curl_slist *make_headers(void) {
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Authorization: Bearer sk-benchmark");
    headers = curl_slist_append(headers, "Accept: application/json, text/event-stream");
    return curl_slist_append(headers, "Expect:");
}

static long total;

static long one_after_the_other(const char *url, const char *body, long count, struct curl_slist *headers) {
    static CURL *easy;
    if (easy == NULL) easy = make_easy(headers, &total);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    long done = 0;
    for (long index = 0; index < count; index++) done += curl_easy_perform(easy) == CURLE_OK;
    return done;
}

static long many_at_once(const char *url, const char *body, long count, long width, struct curl_slist *headers) {
    static CURLM *multi;
    static CURL *easies[256];
    if (multi == NULL) multi = curl_multi_init();
    if (width > 256) width = 256;
    long started = 0, done = 0, ended = 0;
    for (; started < width && started < count; started++) {
        if (easies[started] == NULL) easies[started] = make_easy(headers, &total);
        curl_easy_setopt(easies[started], CURLOPT_URL, url);
        curl_easy_setopt(easies[started], CURLOPT_POSTFIELDS, body);
        curl_multi_add_handle(multi, easies[started]);
    }
    while (ended < count) {
        int running = 0, left = 0;
        curl_multi_perform(multi, &running);
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            done += message->data.result == CURLE_OK;
            ended++;
            curl_multi_remove_handle(multi, easy);
            if (started < count) {
                curl_multi_add_handle(multi, easy);
                started++;
            }
        }
        if (ended < count) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    return done;
}

struct bench_received bench_curl(const char *url, const char *body, long count, long width) {
    static struct curl_slist *headers;
    if (headers == NULL) headers = make_headers();
    total = 0;
    struct bench_received received;
    received.transfers = width == 1 ? one_after_the_other(url, body, count, headers)
                                    : many_at_once(url, body, count, width, headers);
    received.bytes = total;
    return received;
}
