#pragma once
#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// Swift's own module of the C library leaves these headers out.

/// Names the calling thread; 15 characters are kept.
static inline void interlock_name_thread(const char *_Nonnull name) { prctl(PR_SET_NAME, name); }
#endif
