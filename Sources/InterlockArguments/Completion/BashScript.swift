/// The completion script for bash.
///
/// It runs on bash 3.2 too, the newest that macOS has: no associative arrays, no `mapfile`, and `compopt` only where
/// it exists.
struct BashScript {
    let root: CompletionNode

    private var prefix: String { "_" + root.name.identifier }

    func rendered() -> String {
        let parts = [
            "# Completion of \(root.name) for bash.",
            words, files, lines, child, kind, options, values, positionals, main,
            "complete -F \(prefix) \(root.name.shellQuoted)\n",
        ]
        return parts.joined(separator: "\n\n")
    }

    /// A function whose body is one `case`.
    private func table(_ name: String, _ comment: String, on subject: String, _ cases: [String]) -> String {
        """
        # \(comment)
        \(prefix)_\(name)() {
            case "\(subject)" in
        \(cases.joined(separator: "\n").indented(by: 8))
                *) return 1 ;;
            esac
        }
        """
    }

    private var words: String {
        """
        # $1: what is typed so far; then the words to choose from.
        \(prefix)_words() {
            local word typed=$1
            shift
            for word in "$@"; do
                if [[ $word == "$typed"* ]]; then COMPREPLY+=("$word"); fi
            done
        }
        """
    }

    private var files: String {
        """
        # $1: what is typed so far; then the endings that files must have, if any.
        \(prefix)_files() {
            local typed=$1 file ending
            shift
            compopt -o filenames 2>/dev/null
            while IFS= read -r file; do
                if [[ $# -eq 0 || -d ${file/#\\~\\//$HOME/} ]]; then
                    COMPREPLY+=("$file")
                    continue
                fi
                for ending in "$@"; do
                    if [[ $file == *."$ending" ]]; then COMPREPLY+=("$file"); fi
                done
            done < <(compgen -f -- "$typed")
        }

        # $1: what is typed so far.
        \(prefix)_directories() {
            local file
            compopt -o filenames 2>/dev/null
            while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -d -- "$1")
        }
        """
    }

    private var lines: String {
        """
        # $1: what is typed so far; $2: a command that prints the words to choose from.
        \(prefix)_lines() {
            local line
            while IFS= read -r line; do \(prefix)_words "$1" "$line"; done < <(eval "$2" 2>/dev/null)
        }
        """
    }

    private var child: String {
        let cases = root.all.flatMap { node in
            node.children.map { child in
                let patterns = ([child.name] + child.aliases).map { "\(node.joinedPath) \($0)".shellQuoted }
                return "\(patterns.joined(separator: " | "))) path=\(child.joinedPath.shellQuoted) ;;"
            }
        }
        return table(
            "child", "$1: a command; $2: a word. Sets `path` when that is a command below.", on: "$1 $2", cases)
    }

    private var kind: String {
        let cases = root.all.flatMap { node in
            node.options.filter { $0.completion != nil }.map { option in
                "\(patterns(of: option, in: node))) takes=\(option.takesMany ? "many" : "one") ;;"
            }
        }
        return table("takes", "$1: a command; $2: an option. Sets `takes` when that has values.", on: "$1 $2", cases)
    }

    private var options: String {
        let cases = root.all.compactMap { node -> String? in
            let names = node.options.filter(\.isShown).flatMap(\.names).map(\.spelled.shellQuoted)
            guard !names.isEmpty else { return nil }
            return "\(node.joinedPath.shellQuoted)) \(prefix)_words \"$2\" \(names.joined(separator: " ")) ;;"
        }
        return table("options", "$1: a command; $2: what is typed so far.", on: "$1", cases)
    }

    private var values: String {
        let cases = root.all.flatMap { node in
            node.options.compactMap { option -> String? in
                guard let call = option.completion.flatMap({ self.call(for: $0, typed: "$3") }) else { return nil }
                return "\(patterns(of: option, in: node))) \(call) ;;"
            }
        }
        return table("values", "$1: a command; $2: an option; $3: what is typed so far.", on: "$1 $2", cases)
    }

    private var positionals: String {
        let cases = root.all.flatMap { node in
            var cases: [String] = []
            if !node.children.isEmpty {
                let names = node.children.flatMap { [$0.name] + $0.aliases }.map(\.shellQuoted)
                let own = node.positional(at: 0).flatMap { call(for: $0.completion, typed: "$3") }
                let calls = ["\(prefix)_words \"$3\" \(names.joined(separator: " "))"] + (own.map { [$0] } ?? [])
                cases.append("\("\(node.joinedPath) 0".shellQuoted)) \(calls.joined(separator: "; ")) ;;")
            }
            for (index, positional) in node.positionals.enumerated() {
                guard let call = call(for: positional.completion, typed: "$3") else { continue }
                let path = node.joinedPath.shellQuoted
                let pattern = positional.isRepeating ? "\(path)\\ *" : "\(path)\\ \(index)"
                cases.append("\(pattern)) \(call) ;;")
            }
            return cases
        }
        let comment = "$1: a command; $2: how many words it has; $3: what is typed so far."
        return table("positionals", comment, on: "$1 $2", cases)
    }

    private func patterns(of option: CompletionNode.Option, in node: CompletionNode) -> String {
        option.names.map { "\(node.joinedPath) \($0.spelled)".shellQuoted }.joined(separator: " | ")
    }

    private func call(for source: CompletionKind.Source, typed: String) -> String? {
        switch source {
        case .none: nil
        case .list(let words): "\(prefix)_words \"\(typed)\" \(words.map(\.shellQuoted).joined(separator: " "))"
        case .file(let endings):
            (["\(prefix)_files \"\(typed)\""] + endings.map(\.shellQuoted)).joined(separator: " ")
        case .directory: "\(prefix)_directories \"\(typed)\""
        case .shellCommand(let command): "\(prefix)_lines \"\(typed)\" \(command.shellQuoted)"
        }
    }
}

extension BashScript {
    private var main: String {
        """
        \(prefix)() {
            local path=\(root.joinedPath.shellQuoted) pending='' takes='' literal='' attached=''
            local line=$COMP_LINE word blanks strip typed option i count=0
            local -a words
            COMPREPLY=()
            words=()

            # bash splits words at "=" and ":" too; what no blank separates is joined again.
            for ((i = 0; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                blanks=${line%%[![:space:]]*}
                line=${line#"$blanks"}
                line=${line#"$word"}
                if ((i > 0)) && [[ -z $blanks ]]; then
                    words[${#words[@]} - 1]+=$word
                else
                    words+=("$word")
                fi
            done

        \(scan.indented(by: 4))

        \(offer.indented(by: 4))
        }
        """
    }

    /// Walks over the words before the one that is typed.
    private var scan: String {
        """
        for ((i = 1; i < ${#words[@]} - 1; i++)); do
            word=${words[i]}
            if [[ -n $pending && ($takes == one || $word != -*) ]]; then
                if [[ $takes == one ]]; then pending=''; fi
                continue
            fi
            pending=''
            if [[ -n $literal ]]; then
                count=$((count + 1))
                continue
            fi
            case $word in
                --) literal=yes ;;
                --*=*) ;;
                -?*)
                    if \(prefix)_takes "$path" "$word"; then
                        pending=$word
                    elif [[ $word != --* ]]; then
                        # In a cluster such as -vm only the last letter can wait for a value.
                        option=-${word:${#word}-1}
                        if \(prefix)_takes "$path" "$option" && ! \(prefix)_takes "$path" "${word:0:2}"; then
                            pending=$option
                        fi
                    fi
                    ;;
                *)
                    if ((count == 0)) && \(prefix)_child "$path" "$word"; then :; else count=$((count + 1)); fi
                    ;;
            esac
        done
        """
    }

    /// Offers words for what is typed, without the part that bash keeps.
    private var offer: String {
        """
        typed=${words[${#words[@]} - 1]}
        strip=${typed%"${COMP_WORDS[COMP_CWORD]}"}
        if [[ ${COMP_WORDS[COMP_CWORD]} == [=:] ]]; then strip=$typed; fi
        if [[ -n $pending && ($takes == one || $typed != -*) ]]; then
            \(prefix)_values "$path" "$pending" "$typed"
        elif [[ -z $literal && $typed == --*=* ]]; then
            attached=${typed%%=*}=
            \(prefix)_values "$path" "${typed%%=*}" "${typed#*=}"
        elif [[ -z $literal && $typed == -* ]]; then
            \(prefix)_options "$path" "$typed"
        else
            \(prefix)_positionals "$path" "$count" "$typed"
        fi
        for i in "${!COMPREPLY[@]}"; do
            word=$attached${COMPREPLY[i]}
            COMPREPLY[i]=${word#"$strip"}
        done
        """
    }
}
