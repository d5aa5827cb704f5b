import InterlockArguments
import Testing

@Suite("Completion scripts", .serialized)
struct CompletionTests {
    /// What to type, and what must be offered then; sorted, without what only some shells offer.
    private static let cases: [(typed: String, offered: [String])] = [
        ("kiln ", ["burn", "clean", "fire", "help", "shelf"]),
        ("kiln f", ["fire"]),
        ("kiln -v f", ["fire"]),
        ("kiln --plan x.yaml sh", ["shelf"]),
        ("kiln fire --gl", ["--glaze"]),
        ("kiln fire --debug", []),
        ("kiln burn --glaze ", ["ash", "celadon", "tenmoku"]),
        ("kiln fire -g c", ["celadon"]),
        ("kiln fire --plan ", ["deep", "x.yaml", "y.yml"]),
        ("kiln fire --wait --no-w", ["--no-wait"]),
        ("kiln shelf p", ["put"]),
        ("kiln shelf list --room ", ["deep"]),
        ("kiln shelf list ", ["lower", "upper"]),
        ("kiln shelf list u", ["upper"]),
        ("kiln shelf list --room deep l", ["lower"]),
        ("kiln shelf list x c", ["cups"]),
        ("kiln shelf list x cups ", ["cups", "jars"]),
        ("kiln shelf x ", ["cups", "jars"]),
        ("kiln shelf x cups j", ["jars"]),
        ("kiln shelf put a", ["a:b"]),
        ("kiln shelf put u", ["upper"]),
        ("kiln shelf --ro", ["--room"]),
        ("kiln help shelf l", ["list"]),
        ("kiln help f", ["fire"]),
    ]

    private func folder(with shell: CompletionShell) -> (folder: TemporaryFolder, script: String) {
        let folder = TemporaryFolder()
        for name in ["x.yaml", "y.yml", "z.txt"] { _ = folder.write("", to: name) }
        _ = Shell.run("mkdir \(Shell.quoted(folder.path + "/deep"))")
        return (folder, folder.write(Kiln.completionScript(for: shell), to: ".script"))
    }

    /// Runs a probe that prints "== what was typed" and below it what is offered.
    private func check(_ program: String, _ probe: String, _ shell: CompletionShell, extra: [(String, [String])]) {
        let (folder, script) = folder(with: shell)
        let cases = Self.cases + extra
        let file = folder.write(probe, to: ".probe")
        let lines = cases.map { Shell.quoted($0.typed) }.joined(separator: " ")
        let (status, text) = Shell.run(
            "cd \(Shell.quoted(folder.path)) && \(program) \(Shell.quoted(file)) \(Shell.quoted(script)) \(lines)"
        )
        #expect(status == 0)
        var found: [String: Set<String>] = [:]
        var current = ""
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("== ") {
                current = String(line.dropFirst(3))
                found[current] = []
            } else {
                let word = line.hasSuffix("/") ? String(line.dropLast()) : line
                found[current, default: []].insert(word)
            }
        }
        for (typed, offered) in cases {
            #expect(found[typed]?.sorted() == offered, "typed in \(shell.rawValue): \(typed)")
        }
    }

    @Test("bash accepts the script and completes with it")
    func bash() {
        let probe = #"""
            # $1: a script; then what is typed. Splits words at "=" and ":" as bash itself does.
            source "$1"
            shift
            for COMP_LINE in "$@"; do
                echo "== $COMP_LINE"
                COMP_WORDS=()
                rest=$COMP_LINE
                while [[ -n $rest ]]; do
                    rest=${rest#"${rest%%[! ]*}"}
                    if [[ $rest =~ ^[=:]+ || $rest =~ ^[^\ =:]+ ]]; then
                        COMP_WORDS+=("${BASH_REMATCH[0]}")
                        rest=${rest#"${BASH_REMATCH[0]}"}
                    fi
                done
                if [[ $COMP_LINE == *' ' ]]; then COMP_WORDS+=(''); fi
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_POINT=${#COMP_LINE}
                _kiln 2>/dev/null
                printf '%s\n' "${COMPREPLY[@]}"
            done
            """#
        let extra: [(String, [String])] = [
            ("kiln fire --glaze=", ["ash", "celadon", "tenmoku"]),
            ("kiln fire --glaze=c", ["celadon"]),
            ("kiln fire --plan=x", ["x.yaml"]),
            ("kiln shelf put a:", ["b"]),
            ("kiln shelf put i", ["it's low"]),
            ("kiln fire -vg c", ["celadon"]),
            ("kiln shelf put -- u", ["upper"]),
        ]
        check("bash --norc", probe, .bash, extra: extra)
        let (folder, script) = folder(with: .bash)
        withExtendedLifetime(folder) { #expect(Shell.run("bash -n \(Shell.quoted(script))") == (0, "")) }
    }

    @Test("zsh accepts the script and completes with it", .enabled(if: Shell.has("zsh"), "zsh is not installed"))
    func zsh() {
        let probe = #"""
            # $1: a script; then what is typed. Drives an interactive zsh and prints what its compadd gets.
            zmodload zsh/zpty
            zpty probe zsh -f -i
            send() { zpty -w probe "$1" }
            send 'PS1=; unsetopt zle_bracketed_paste prompt_cr prompt_sp; stty -echo'
            send 'autoload -U compinit && compinit -u -D'
            send "source ${(q)1}"
            send 'compadd() {
              if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
              local -a hits
              builtin compadd -A hits "$@"
              print -rl -- "<"${^hits}">"
              builtin compadd "$@"
            }'
            send 'finish() { print "<end>"; zle kill-whole-line }; zle -N finish; bindkey "^X" finish'
            send 'bindkey "^I" list-choices; print "<ready>"'
            local line
            while zpty -r probe line; do [[ $line == *'<ready>'* && $line != *print* ]] && break; done
            shift
            for text in "$@"; do
              print -r -- "== $text"
              zpty -w -n probe "$text"$'\t\x18'
              while zpty -r probe line; do
                line=${line//$'\r'/}; line=${line%$'\n'}
                [[ $line == *'<end>'* ]] && break
                [[ $line == *'<'?*'>'* ]] && print -r -- "${${line##*<}%%>*}"
              done
            done
            zpty -d probe
            """#
        let extra: [(String, [String])] = [
            ("kiln fire --glaze=c", ["celadon"]),
            ("kiln fire -gc", ["celadon"]),
        ]
        check("zsh -f", probe, .zsh, extra: extra)
    }

    @Test("fish accepts the script and completes with it", .enabled(if: Shell.has("fish"), "fish is not installed"))
    func fish() {
        let probe = #"""
            source $argv[1]
            for line in $argv[2..-1]
                echo "== $line"
                complete -C $line | string replace -r '\t.*' ''
            end
            """#
        let extra: [(String, [String])] = [
            ("kiln fire --glaze=c", ["--glaze=celadon"]),
            ("kiln shelf put i", ["it's low"]),
            ("kiln fire -vg c", ["celadon"]),
        ]
        check("fish --no-config", probe, .fish, extra: extra)
    }

    @Test("The root's hidden option prints the script", arguments: CompletionShell.allCases)
    func option(shell: CompletionShell) async {
        for words in [
            ["--generate-completion-script", shell.rawValue], ["--generate-completion-script=\(shell.rawValue)"],
        ] {
            let capture = Capture()
            #expect(await Kiln.run(arguments: words, output: capture.output) == .success)
            #expect(capture.out == Kiln.completionScript(for: shell))
            #expect(capture.error == "")
        }
    }
}
