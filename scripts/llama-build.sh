# shellcheck shell=bash disable=SC2034,SC2154 # its variables are setup-llama's
# Part of setup-llama, read when there is something to build: downloads, compiles and installs the pinned llama.cpp into
# $prefix. All of it happens in folders beside that one, which are renamed or removed in the end.

build() {
    "$scripts/setup-packages" tool llama
    mkdir -p "$home" "$downloads"
    take_lock "$home/lock"
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # Whoever held the lock may have built what we need. What a killed run left is of no use to anyone; where its
    # compiler still runs, it fails for want of its sources.
    [ ! -f "$prefix/BUILD" ] || return 0
    rm -rf "$home"/*.work "$home"/*.new || true
    work=$prefix.$$.work
    new=$prefix.$$.new
    log=$home/build.log
    mkdir -p "$work"
    : >"$log"

    say "llama.cpp ($requirement) is not built for this machine yet; that takes one to four minutes, once"
    local started=$SECONDS
    provide_sources
    compile
    describe
    rm -rf "$prefix"
    mv "$new" "$prefix"
    say "llama.cpp is ready after $((SECONDS - started)) s: ${prefix#"$root"/}"
}

clean_up() {
    local status=$?
    trap - EXIT
    end_step
    [ -z "${work:-}" ] || rm -rf "$work" "$new"
    release_lock
    exit "$status"
}

failed_step() {
    tail -n 40 "$log" >&2
    fail "$1 failed; above are the last lines of ${log#"$root"/}. Nothing half-done is left: run it again once the" \
        "cause is gone"
}

provide_sources() {
    archive=$downloads/llama_cpp_python-$release.tar.gz
    if [ -f "$archive" ] && [ "$(sha256 "$archive")" != "$digest" ]; then
        say "${archive#"$root"/} is damaged (its SHA-256 is not the pinned one): downloading it again"
        rm -f "$archive"
    fi
    [ -f "$archive" ] || download

    # Only what the libraries are made of: the whole tree is 217 MB.
    local inside=llama_cpp_python-$release/vendor/llama.cpp
    local wanted=(CMakeLists.txt LICENSE AUTHORS cmake include src ggml vendor licenses)
    mkdir -p "$work/source"
    step "unpacking" no_detail "$log" tar -xzf "$archive" -C "$work/source" --strip-components=3 \
        "${wanted[@]/#/$inside/}" || failed_step "unpacking ${archive#"$root"/}"
}

no_detail() { :; }

# Through pip, so that its configuration (index, proxy, certificates, find-links) holds here too. pip checks the
# digest. Its temporary files lie in the work folder, so that a killed download leaves nothing elsewhere.
download() {
    find_pip || fail "no pip: neither 'python3 -m pip' nor 'pip3' runs. Install python3-pip, or put the file" \
        "llama_cpp_python-$release.tar.gz into ${downloads#"$root"/} yourself"
    mkdir -p "$work/tmp" "$work/download"
    step "downloading llama_cpp_python-$release.tar.gz (73 MiB) with pip" downloaded "$log" run_pip backend ||
        step "downloading it once more, now with the package's own build backend" downloaded "$log" run_pip plain ||
        failed_step "the download (offline, put llama_cpp_python-$release.tar.gz into ${downloads#"$root"/} yourself)"
    mv "$work/download/llama_cpp_python-$release.tar.gz" "$archive.part"
    mv "$archive.part" "$archive"
}

downloaded() { du -sm "$work" 2>/dev/null | awk '{ print $1 " MiB on disk," }'; }

find_pip() {
    local candidate
    for candidate in "python3 -m pip" pip3 "/usr/bin/python3 -m pip"; do
        read -r -a pip <<<"$candidate"
        if "${pip[@]}" --version >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

# With "backend", a stand-in answers pip's question for the package's metadata: see scripts/sdist-backend. Without,
# pip installs the real backend for that, a minute more.
run_pip() {
    local isolation=()
    export TMPDIR=$work/tmp PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
    if [ "$1" = backend ]; then
        export PYTHONPATH=$scripts/sdist-backend
        isolation=(--no-build-isolation)
    fi
    "${pip[@]}" download --no-deps --no-binary llama-cpp-python ${isolation[@]+"${isolation[@]}"} \
        --require-hashes --requirement "$pin" --dest "$work/download"
}

compile() {
    local arguments=() flag
    while read -r flag; do arguments+=("$flag"); done <<<"$flags"
    # There is no git tree in the archive for the build to describe itself by.
    arguments+=(-DLLAMA_BUILD_NUMBER=0 "-DLLAMA_BUILD_COMMIT=llama-cpp-python-$release")
    step "configuring" no_detail "$log" env CC="$cc" CXX="$cxx" \
        cmake -G Ninja -S "$work/source" -B "$work/build" "${arguments[@]}" || failed_step "configuring llama.cpp"
    step "compiling llama.cpp" compiled "$log" cmake --build "$work/build" || failed_step "compiling llama.cpp"
    # DESTDIR is for the files of `make install`.
    step "installing" no_detail "$log" env -u DESTDIR cmake --install "$work/build" --prefix "$new" ||
        failed_step "installing llama.cpp"
}

compiled() { tail -n 1 "$log" | sed -n 's/^\(\[[0-9]*\/[0-9]*\]\).*/\1/p'; }

# What upstream installs beside the libraries and headers is of no use here.
describe() {
    rm -rf "${new:?}/lib/pkgconfig" "${new:?}/lib/cmake" "${new:?}/bin"
    mkdir -p "$new/lib/pkgconfig" "$new/licenses"
    cp "$work/source/LICENSE" "$new/licenses/llama.cpp"
    libraries=$new/lib
    write_description "$new" >"$new/lib/pkgconfig/llama.pc"
    local reported
    reported=$(try_compile "$new/lib/pkgconfig" "$work") ||
        fail "the llama.cpp just built does not pass its check: see above"
    cat >"$new/BUILD" <<END
source: $requirement sha256:$digest
version: $reported
compiler: $compiler
flags: ${flags//$'\n'/ }
cpu: ${cpu/  / }
END
    place_description "$new" "$prefix"
    libraries=$prefix/lib
}
