/// The completion script for zsh: one function for each command, built on `_arguments`.
struct ZshScript {
    private let root: CompletionNode
    /// The bodies of the functions that offer values; each has its own, so that nothing needs quoting twice.
    private let offers: [String]

    private var prefix: String { "_" + root.name.identifier }

    init(root: CompletionNode) {
        self.root = root
        var offers: [String] = []
        for node in root.all {
            for source in node.options.compactMap(\.completion) + node.positionals.map(\.completion) {
                guard let body = Self.offer(of: source), !offers.contains(body) else { continue }
                offers.append(body)
            }
        }
        self.offers = offers
    }

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
        let functions = offers.indices.map { "\(offerName($0))() {\n    \(offers[$0])\n}" }
        return ([head] + functions + root.all.map(function) + [tail]).joined(separator: "\n\n")
    }

    private func name(of node: CompletionNode) -> String {
        "_" + node.path.map(\.identifier).joined(separator: "__")
    }

    private func function(of node: CompletionNode) -> String {
        var specifications = node.options.filter { !$0.names.isEmpty }.map(specification)
        if node.children.isEmpty {
            specifications += node.positionals.map { positional in
                let action = command(for: positional.completion) ?? " "
                let start = positional.isRepeating ? "*:" : ":"
                return "\(start)\(positional.valueName.escapedForSpecification):\(action)".shellQuoted
            }
        } else {
            specifications += ["'(-)1: :->command'", "'(-)*:: :->rest'"]
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
            \(dispatches(of: node).map { "                " + $0 }.joined(separator: "\n"))
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

    private func dispatches(of node: CompletionNode) -> [String] {
        var cases = node.children.map { child in
            let names = ([child.name] + child.aliases).map(\.shellQuoted).joined(separator: " | ")
            return "\(names)) \(name(of: child)) && ret=0 ;;"
        }
        if let child = node.children.first(where: { $0.name == node.standIn }) {
            // The default command wasn't named; its function expects a name before the words.
            let words = "words=(\(child.name.shellQuoted) \"${(@)words}\"); (( CURRENT++ ))"
            cases.append("*) \(words); \(name(of: child)) && ret=0 ;;")
        }
        return cases
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
            value += command(for: completion) ?? " "
        }
        guard forms.count > 1 else {
            return "\(hidden)\(exclusion)\(forms.joined())\(text)\(value)".shellQuoted
        }
        return "\("\(hidden)\(exclusion)".shellQuoted){\(forms.joined(separator: ","))}\("\(text)\(value)".shellQuoted)"
    }

    private func offerName(_ index: Int) -> String { "_\(prefix)_offer_\(index + 1)" }

    /// The function that offers the values.
    private func command(for source: CompletionKind.Source) -> String? {
        Self.offer(of: source).flatMap(offers.firstIndex).map(offerName)
    }

    private static func offer(of source: CompletionKind.Source) -> String? {
        switch source {
        case .none: nil
        case .list(let words): "compadd \"$@\" -- \(words.map(\.shellQuoted).joined(separator: " "))"
        case .file(let endings) where endings.isEmpty: "_files \"$@\""
        case .file(let endings): "_files \"$@\" -g \("*.(\(endings.joined(separator: "|")))".shellQuoted)"
        case .directory: "_files \"$@\" -/"
        case .shellCommand(let command):
            """
            local -a found
                found=(${(f)"$(eval \(command.shellQuoted) 2>/dev/null)"})
                compadd "$@" -a found
            """
        }
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
