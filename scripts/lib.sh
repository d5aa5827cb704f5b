# shellcheck shell=bash
# Shared by the scripts beside it, which source it: where things are, how to say them, one lock, one progress line.
# Bash 3.2 (macOS) is enough for everything here.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034 # for the scripts that source this
scripts=$root/scripts deps=$root/.deps binary=$root/.build/release-cli/release/interlock

# What the Makefile builds with beyond the package's default traits: all there is.
# shellcheck disable=SC2034
traits=LlamaCpp,LineEditing,Server

# Standard output is kept for what a script is asked to print; what it does goes to standard error.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
warn() { say "warning: $*"; }
fail() {
    say "error: $*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

require_swift() {
    have swift && return
    fail "no 'swift' in PATH. Interlock presumes the Swift toolchain (6.2 or later): install it, or add its usr/bin" \
        "folder to PATH, then run this again."
}

# swift_with_all VERB OPTION…: `swift VERB` with all traits and the llama.cpp that scripts/setup has made ready.
#
# SwiftPM 6.3 hands the traits to the compiler in the order of a Set, another one whenever it plans anew (a variable of
# the environment changed, say), and then compiles everything again. Without random hashing the order stays. Tests
# are run with it (--skip-build, after a build), since they are to find code that leans on an order.
swift_with_all() {
    local verb=$1 option options=() hashing=(SWIFT_DETERMINISTIC_HASHING=1)
    shift
    while read -r option; do options+=("$option"); done < <("$scripts/setup-llama" options)
    case " $* " in *" --skip-build "*) hashing=(-u SWIFT_DETERMINISTIC_HASHING) ;; esac
    env "${hashing[@]}" swift "$verb" --traits "$traits" "${options[@]}" "$@"
}

# The version has one source, which the tool prints too.
interlock_version() {
    local file=$root/Sources/InterlockCore/Version.swift version
    version=$(sed -n 's/^public let interlockVersion.*"\(.*\)".*$/\1/p' "$file")
    [ -n "$version" ] || fail "no line 'public let interlockVersion = \"…\"' in $file"
    printf '%s\n' "$version"
}

# no_warnings COMMAND…: runs it, and fails where it fails or its output tells of a warning: the compiler's are errors
# already, but the package manager and the linker warn too.
no_warnings() {
    local output
    output=$(mktemp)
    if ! "$@" 2>&1 | tee "$output"; then
        rm -f "$output"
        fail "failed: ${*##*/}"
    fi
    if grep -q 'warning: ' "$output"; then
        grep 'warning: ' "$output" >&2
        rm -f "$output"
        fail "warnings (above) are errors here: ${*##*/}"
    fi
    rm -f "$output"
}

# Prints the SHA-256 of the named file, or of standard input, as hexadecimal digits.
sha256() {
    local sum
    if have sha256sum; then sum=$(sha256sum "$@"); else sum=$(shasum -a 256 "$@"); fi
    printf '%s\n' "${sum%% *}"
}

# take_lock FILE: waits until no other script holds FILE, then holds it until this one ends. With flock the kernel lets
# go of it however that happens; without (macOS), FILE.d is a folder that names its owner.
take_lock() {
    mkdir -p "$(dirname "$1")"
    if have flock; then
        exec 9>"$1"
        flock -n 9 && return
        say "another set-up is at work; waiting for it"
        until flock -w 30 9; do say "still waiting for the other set-up"; done
        return
    fi
    local said="" owner
    until mkdir "$1.d" 2>/dev/null; do
        owner=$(cat "$1.d/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$1.d"
            continue
        fi
        [ -n "$said" ] || say "another set-up is at work (process ${owner:-not known yet}); waiting for it"
        said=yes
        sleep 1
    done
    printf '%s\n' "$$" >"$1.d/pid"
    lock_folder=$1.d
}
lock_folder=""
release_lock() { [ -z "$lock_folder" ] || rm -rf "$lock_folder"; }

# step TEXT DETAIL LOG COMMAND…: runs COMMAND with all its output in LOG and shows that it is alive: on a terminal one
# line that keeps changing, elsewhere a line every ten seconds. DETAIL is a function that prints how far it is.
# The command is a process group of its own, so that end_step (for a trap) ends it with all that it started.
step_process=""
step() {
    local text=$1 detail=$2 log=$3 started=$SECONDS shown=-1 elapsed interval=10 status=0
    shift 3
    [ ! -t 2 ] || interval=1
    say "$text"
    set -m
    "$@" >>"$log" 2>&1 </dev/null 9>&- & # without the lock: where this is killed, its command must not keep it
    step_process=$!
    set +m
    while kill -0 "$step_process" 2>/dev/null; do
        sleep 0.1
        elapsed=$((SECONDS - started))
        if [ $((elapsed / interval)) -gt "$((shown < 0 ? 0 : shown))" ]; then
            shown=$((elapsed / interval))
            show_progress "$text" "$("$detail")" "$elapsed"
        fi
    done
    wait "$step_process" || status=$?
    step_process=""
    [ ! -t 2 ] || printf '\r\033[K' >&2
    return "$status"
}

end_step() {
    [ -n "$step_process" ] || return 0
    kill -TERM -- "-$step_process" 2>/dev/null || true
    wait "$step_process" 2>/dev/null || true
    step_process=""
}

show_progress() {
    if [ -t 2 ]; then
        printf '\r\033[K%s: %s: %s %d s' "${0##*/}" "$1" "$2" "$3" >&2
    else
        say "$1: $2 $3 s"
    fi
}
