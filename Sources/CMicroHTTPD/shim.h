#pragma once
#if __has_include(<microhttpd.h>)
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Swift cannot call C functions with variable arguments, nor see macros that cast: one typed wrapper for each use.

/// What a daemon calls, and what it calls it with.
struct interlock_mhd_callbacks {
    MHD_AccessHandlerCallback _Nonnull request;
    void *_Nullable (*_Nonnull target)(void *_Nullable, const char *_Nonnull, struct MHD_Connection *_Nonnull);
    MHD_RequestCompletedCallback _Nonnull completed;
    MHD_NotifyConnectionCallback _Nonnull connection;
    void *_Nullable context;
};

/// A daemon without a listening socket and without threads: whoever owns it gives it connections and runs it.
static inline struct MHD_Daemon *_Nullable interlock_mhd_start(
    struct interlock_mhd_callbacks callbacks, size_t memory_limit, unsigned int connection_limit
) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        callbacks.request, callbacks.context,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks.target, callbacks.context,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks.completed, callbacks.context,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks.connection, callbacks.context,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_limit,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_END);
}

/// The descriptor that is readable when the daemon has something to do, or -1.
static inline int interlock_mhd_descriptor(struct MHD_Daemon *_Nonnull daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

/// The pointer that the connection callback left with a connection.
static inline void *_Nullable interlock_mhd_context(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/// The socket of a connection, or -1.
static inline int interlock_mhd_socket(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// The bytes that the request line and the header fields took.
static inline size_t interlock_mhd_header_size(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

static inline enum MHD_Result interlock_mhd_result(int yes) { return yes ? MHD_YES : MHD_NO; }

/// Whether a notification is about a connection that begins, and not one that ends.
static inline int interlock_mhd_is_start(enum MHD_ConnectionNotificationCode code) {
    return code == MHD_CONNECTION_NOTIFY_STARTED;
}

/// Calls `take` with each header field of a request.
static inline void interlock_mhd_each_field(
    struct MHD_Connection *_Nonnull connection, MHD_KeyValueIterator _Nonnull take, void *_Nullable context
) {
    MHD_get_connection_values(connection, MHD_HEADER_KIND, take, context);
}

/// A body that is copied.
static inline struct MHD_Response *_Nullable interlock_mhd_whole(size_t count, const void *_Nullable bytes) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// A body of unknown length that `read` gives piece by piece.
static inline struct MHD_Response *_Nullable interlock_mhd_stream(
    MHD_ContentReaderCallback _Nonnull read, void *_Nullable context
) {
    // The block is for bodies that are not sent in chunks; those of HTTP/1.0.
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read, context, NULL);
}

static inline ssize_t interlock_mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t interlock_mhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

#else
#error "libmicrohttpd's header microhttpd.h is not installed: run `make setup` (Debian: libmicrohttpd-dev)"
#endif
