#pragma once

/// Seconds of processor time that this process has used, all its threads together.
double bench_cpu_seconds(void);

/// The most memory that this process ever had resident, in KiB.
long bench_peak_kibibytes(void);

/// Lets this process open as many files as the system allows at all; how many that is.
long bench_raise_open_files(void);

/// Serves chat completions on 127.0.0.1, until standard input ends; prints its port first.
///
/// `POST /CHUNKS/GAP/…` is answered with a stream of so many chunks, each in a write of its own and so many microseconds
/// after the one before, or for 0 chunks with a whole answer.
int bench_serve(void);

/// What a run of plain libcurl received.
struct bench_received {
    /// How many transfers ended well.
    long transfers;
    /// Bytes of their bodies.
    long bytes;
};

/// Posts `body` to `url` so many times with plain libcurl, `width` at once; its connections are kept between calls.
struct bench_received bench_curl(const char *url, const char *body, long count, long width);
