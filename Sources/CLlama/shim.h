#pragma once
#if __has_include(<llama.h>)
#include <ggml-backend.h>
#include <llama.h>
#else
#error "llama.cpp is not installed for this package: run `make setup`, then build through the Makefile (it passes the path), or drop the LlamaCpp trait"
#endif
