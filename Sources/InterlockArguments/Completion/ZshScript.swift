/// The completion script for zsh: one function for each command, built on `_arguments`.
struct ZshScript {
    let root: CompletionNode

    private var prefix: String { "_" + root.name.identifier }

    func rendered() -> String {
        let head = """
            #compdef \(root.name)
            # Completion of \(root.name) for zsh. Put it into a folder of $fpath as _\(root.name), or source it.
            """
        let tail = """
            if [[ $funcstack[1] == \(prefix) ]]; then
                \(prefix) "$@"
            else
                compdef \(prefix) \(root.name.shellQuoted)
            fi

            """
        return ([head, lines] + root.all.map(function) + [tail]).joined(separator: "\n\n")
    }

    private var lines: String {
        """
        # The last argument is a command that prints the words to choose from; those before are for compadd.
        _\(prefix)_lines() {
            local -a found
            found=(${(f)"$(eval "${@[-1]}" 2>/dev/null)"})
            compadd "${@[1,-2]}" -a found
        }
        """
    }

    private func name(of node: CompletionNode) -> String {
        "_" + node.path.map(\.identifier).joined(separator: "__")
    }

    private func function(of node: CompletionNode) -> String {
        var specifications = node.options.filter { !$0.names.isEmpty }.map(specification)
        if node.children.isEmpty {
            specifications += node.positionals.map { positional in
                let action = action(for: positional.completion) ?? " "
                let start = positional.isRepeating ? "*:" : ":"
                return "\(start)\(positional.valueName.escapedForSpecification):\(action)".shellQuoted
            }
        } else {
            specifications += ["'1: :->command'", "'*:: :->rest'"]
        }
        let list = specifications.map { "        " + $0 }.joined(separator: "\n")
        guard !node.children.isEmpty else {
            return """
                \(name(of: node))() {
                    local -a specifications
                    specifications=(
                \(list)
                    )
                    _arguments -w -s -S : $specifications
                }
                """
        }
        let state = node.path.count == 1 ? "local curcontext=$curcontext\n    " : ""
        return """
            \(name(of: node))() {
                \(state)local context state state_descr line
                local -A opt_args
                local -a specifications commands
                integer ret=1
                specifications=(
            \(list)
                )
                _arguments -C -w -s -S : $specifications && ret=0
                case $state in
                    command)
                        commands=(
            \(node.children.flatMap(described).map { "                " + $0 }.joined(separator: "\n"))
                        )
                        _describe -t commands command commands && ret=0\(ownWords(of: node))
                        ;;
                    rest)
                        case $words[1] in
            \(node.children.map(dispatch).map { "                " + $0 }.joined(separator: "\n"))
                        esac
                        ;;
                esac
                return ret
            }
            """
    }

    /// What a command with commands below takes as a plain word besides their names.
    private func ownWords(of node: CompletionNode) -> String {
        guard let action = node.positional(at: 0).flatMap({ command(for: $0.completion) }) else { return "" }
        return "\n            \(action) && ret=0"
    }

    private func described(_ node: CompletionNode) -> [String] {
        ([node.name] + node.aliases).map { name in
            let text = node.abstract.isEmpty ? "" : ":\(node.abstract.firstLine)"
            return (name.escapingColons + text).shellQuoted
        }
    }

    private func dispatch(_ node: CompletionNode) -> String {
        let names = ([node.name] + node.aliases).map(\.shellQuoted).joined(separator: " | ")
        return "\(names)) \(name(of: node)) && ret=0 ;;"
    }

    /// One argument of `_arguments` for an option or flag.
    private func specification(of option: CompletionNode.Option) -> String {
        let names = option.names.map(\.spelled)
        let takesValue = option.completion != nil
        let forms = option.names.map { name -> String in
            guard takesValue else { return name.spelled }
            if case .long = name { return name.spelled + "=" }
            return name.spelled + (name.isShort ? "+" : "")
        }
        let hidden = option.isShown ? "" : "!"
        let exclusion = option.isRepeating ? "*" : "(\(names.joined(separator: " ")))"
        let text =
            option.isShown && !option.abstract.isEmpty ? "[\(option.abstract.firstLine.escapedForSpecification)]" : ""
        var value = ""
        if let completion = option.completion {
            value = "\(option.takesMany ? ":*-*:" : ":")\(option.valueName.escapedForSpecification):"
            value += action(for: completion) ?? " "
        }
        guard forms.count > 1 else {
            return "\(hidden)\(exclusion)\(forms.joined())\(text)\(value)".shellQuoted
        }
        return "\("\(hidden)\(exclusion)".shellQuoted){\(forms.joined(separator: ","))}\("\(text)\(value)".shellQuoted)"
    }

    /// The command that offers the values.
    private func command(for source: CompletionKind.Source) -> String? {
        switch source {
        case .none: nil
        case .list(let words): "compadd -- \(words.map(\.shellQuoted).joined(separator: " "))"
        case .file(let endings) where endings.isEmpty: "_files"
        case .file(let endings): "_files -g \"*.(\(endings.joined(separator: "|")))\""
        case .directory: "_files -/"
        case .shellCommand(let command): "_\(prefix)_lines \(command.shellQuoted)"
        }
    }

    /// The same as part of a specification.
    private func action(for source: CompletionKind.Source) -> String? {
        command(for: source)?.escapingColons
    }
}

extension String {
    fileprivate var firstLine: String {
        split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }

    fileprivate var escapingColons: String {
        reduce(into: "") { result, character in
            if character == ":" || character == "\\" { result.append("\\") }
            result.append(character)
        }
    }

    /// The text with what `_arguments` reads as punctuation escaped.
    fileprivate var escapedForSpecification: String {
        reduce(into: "") { result, character in
            if "[]:\\".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
