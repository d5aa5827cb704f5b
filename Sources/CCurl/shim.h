#pragma once
#if __has_include(<curl/curl.h>)
#include <curl/curl.h>

// Swift cannot call C functions with variable arguments: one typed wrapper for each type of argument.

/// An option that is a number or a switch.
static inline CURLcode interlock_curl_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/// An option that is a size.
static inline CURLcode interlock_curl_set_size(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// An option that is text, which curl copies.
static inline CURLcode interlock_curl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

/// An option that is an address, which curl keeps.
static inline CURLcode interlock_curl_set_pointer(CURL *_Nonnull easy, CURLoption option, const void *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

/// The size of a request body, and the body itself, which curl copies.
static inline CURLcode interlock_curl_copy_body(CURL *_Nonnull easy, const void *_Nonnull body, curl_off_t size) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, size);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body) : code;
}

/// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION or CURLOPT_READFUNCTION.
static inline CURLcode interlock_curl_set_data_function(
    CURL *_Nonnull easy, CURLoption option, curl_write_callback _Nonnull function
) {
    return curl_easy_setopt(easy, option, function);
}

/// The function that goes to a place in the request body.
static inline CURLcode interlock_curl_set_seek_function(CURL *_Nonnull easy, curl_seek_callback _Nonnull function) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

/// The function called when a name begins to be resolved.
static inline CURLcode interlock_curl_set_resolver_function(
    CURL *_Nonnull easy, curl_resolver_start_callback _Nonnull function
) {
    return curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, function);
}

/// The function called when a socket has been made and is about to be connected.
static inline CURLcode interlock_curl_set_socket_option_function(
    CURL *_Nonnull easy, curl_sockopt_callback _Nonnull function
) {
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, function);
}

/// The function called when a connection is there and before the request goes out.
static inline CURLcode interlock_curl_set_request_function(
    CURL *_Nonnull easy, curl_prereq_callback _Nonnull function
) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

/// A fact about a transfer that is a number; `missing` where curl does not know it.
static inline long interlock_curl_get_long(CURL *_Nonnull easy, CURLINFO fact, long missing) {
    long value = missing;
    return curl_easy_getinfo(easy, fact, &value) == CURLE_OK ? value : missing;
}

/// The pointer given as CURLOPT_PRIVATE.
static inline void *_Nullable interlock_curl_get_private(CURL *_Nonnull easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? (void *)value : NULL;
}

/// A multi option that is a number.
static inline CURLMcode interlock_curl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The functions through which curl asks for sockets to be watched and for its timer, with their one argument.
static inline CURLMcode interlock_curl_multi_set_functions(
    CURLM *_Nonnull multi, curl_socket_callback _Nonnull socket, curl_multi_timer_callback _Nonnull timer,
    void *_Nonnull argument
) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, argument);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, argument);
    return code;
}

/// The result in a message that says that a transfer is done.
static inline CURLcode interlock_curl_message_result(const CURLMsg *_Nonnull message) { return message->data.result; }

#else
#error "libcurl's header curl/curl.h is not installed: run `make setup` (Debian: libcurl4-openssl-dev)"
#endif
