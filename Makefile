# The two commands to know: `make demo` and `make test`. Both do all set-up themselves; only the Swift toolchain is
# presumed. What a target does stands in scripts/, one file each; `make help` lists them. GNU make 3.81 will do.

PREFIX ?= /usr/local
PEERS ?= clients clients-2023 llama-server
export PREFIX DESTDIR FILTER

BINARY := .build/release-cli/release/interlock

.DEFAULT_GOAL := help
.PHONY: help setup build demo test soak peers bench size lint format sanitize install dist clean clean-deps

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  LLAMA_PREFIX=DIR       link the llama.cpp installed in DIR (CUDA, Metal, …) instead of building one"
	@echo "  LLAMA_CMAKE_FLAGS=…    more CMake options for the llama.cpp that is built here: -DGGML_CUDA=ON"

setup: ## Install what a build needs and build llama.cpp (every target below does this by itself)
	@scripts/setup

build: ## Build the release binary, .build/release-cli/release/interlock
	@scripts/build

demo: build ## Answer a question with the model in Models/demo, in this process
	@$(BINARY) generate --model Models/demo/demo-q8_0.gguf --stats "What is the capital of France?"

test: ## Run all tests, the examples too; FILTER=NAME runs only the tests of that name
	@scripts/test

soak: ## Run the soak test of the remote backends with 100,000 requests
	@scripts/soak

peers: ## Install the clients and servers that the tests talk to
	@scripts/setup-peers $(PEERS)

bench: ## Run the benchmarks
	@scripts/bench

size: ## Build the tool for remote models only; print its size, its libraries, its start and its memory
	@scripts/size

lint: ## Check the format of all Swift files, strictly
	@scripts/lint

format: ## Rewrite all Swift files in the project's format
	@scripts/lint --fix

sanitize: ## Run the tests under the thread sanitizer, then under the address and leak sanitizer
	@scripts/sanitize

install: build ## Install binary, man page, completions and licences under PREFIX (/usr/local); DESTDIR is honoured
	@scripts/install

dist: ## Make dist/interlock-VERSION-OS-ARCHITECTURE.tar.gz and its SHA-256, for machines other than this one
	@scripts/dist

clean: ## Remove what was built (not llama.cpp)
	rm -rf .build dist

clean-deps: ## Remove llama.cpp and its download
	rm -rf .deps
