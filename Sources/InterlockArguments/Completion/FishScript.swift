/// The completion script for fish.
struct FishScript {
    let root: CompletionNode

    private var prefix: String { "__" + root.name.identifier }
    private var start: String { "complete -c \(root.name.fishQuoted)" }

    func rendered() -> String {
        let head = "# Completion of \(root.name) for fish."
        let completions = (["\(start) -f"] + root.all.flatMap(lines)).joined(separator: "\n")
        return [head, takes, state, conditions, files, completions + "\n"].joined(separator: "\n\n")
    }

    private var takes: String {
        """
        # Sets `takes` when $argv[2] is an option of the command $argv[1] that has values.
        function \(prefix)_takes --no-scope-shadowing
            switch "$argv[1] $argv[2]"
        \(takesCases.joined(separator: "\n").indented(by: 8))
                case '*'
                    return 1
            end
        end
        """
    }

    private var state: String {
        """
        # Prints the command that is typed so far and how many plain words follow it.
        function \(prefix)_state
            set -l path \(root.joinedPath.fishQuoted)
            set -l count 0
            set -l pending ''
            set -l takes ''
            set -l literal ''
            set -l words (commandline -opc)
            for word in $words[2..-1]
                if test -n "$pending"
                    if test $takes = one
                        set pending ''
                        continue
                    else if not string match -q -- '-*' $word
                        continue
                    end
                    set pending ''
                end
                if test -n "$literal"
                    set count (math $count + 1)
                    continue
                end
                switch $word
                    case --
                        set literal yes
                    case '--*=*'
                    case '-?*'
                        if \(prefix)_takes $path $word
                            set pending $word
                        else if not string match -q -- '--*' $word
                            # In a cluster such as -vm only the last letter can wait for a value.
                            set -l first (string sub -l 2 -- $word)
                            set -l last -(string sub -s -1 -- $word)
                            if not \(prefix)_takes $path $first; and \(prefix)_takes $path $last
                                set pending $last
                            end
                        end
                    case '*'
                        switch "$count $path $word"
        \(childCases.joined(separator: "\n").indented(by: 20))
                            case '*'
                                set count (math $count + 1)
                        end
                end
            end
            echo $path
            echo $count
        end
        """
    }

    private var conditions: String {
        """
        function \(prefix)_at
            set -l state (\(prefix)_state)
            test $state[1] = $argv[1]
        end

        # Whether the next plain word is number $argv[2] (or, with a third argument, that or a later one).
        function \(prefix)_at_word
            set -l state (\(prefix)_state)
            test $state[1] = $argv[1]; or return 1
            if set -q argv[3]
                test $state[2] -ge $argv[2]
            else
                test $state[2] -eq $argv[2]
            end
        end
        """
    }

    private var files: String {
        """
        # Prints the files that match what is typed and have one of the endings given, and folders.
        function \(prefix)_files
            set -l typed (string replace -r -- '^-[^=]*=' '' (commandline -ct))
            for file in (complete -C "'' $typed" | string replace -r '\\t.*' '')
                if string match -q -- '*/' $file
                    echo $file
                    continue
                end
                for ending in $argv
                    if string match -q -- "*.$ending" $file
                        echo $file
                    end
                end
            end
        end
        """
    }

    private var takesCases: [String] {
        root.all.flatMap { node in
            node.options.filter { $0.completion != nil }.map { option in
                let patterns = option.names.map { "\(node.joinedPath) \($0.spelled)".fishQuoted }
                return "case \(patterns.joined(separator: " "))\n    set takes \(option.takesMany ? "many" : "one")"
            }
        }
    }

    private var childCases: [String] {
        root.all.flatMap { node in
            node.children.map { child in
                let patterns = ([child.name] + child.aliases).map { "0 \(node.joinedPath) \($0)".fishQuoted }
                return "case \(patterns.joined(separator: " "))\n    set path \(child.joinedPath.fishQuoted)"
            }
        }
    }

    /// The `complete` lines of one command.
    private func lines(of node: CompletionNode) -> [String] {
        let path = node.joinedPath.fishQuoted
        let atNode = "-n \("\(prefix)_at \(path)".fishQuoted)"
        let atFirst = "-n \("\(prefix)_at_word \(path) 0".fishQuoted)"
        var lines: [String] = []
        for child in node.children {
            for name in [child.name] + child.aliases {
                lines.append("\(start) \(atFirst) -f -a \(name.fishQuoted)\(description(child.abstract))")
            }
        }
        for (index, positional) in node.positionals.enumerated() {
            guard let values = values(for: positional.completion) else { continue }
            let condition = "\(prefix)_at_word \(path) \(index)\(positional.isRepeating ? " up" : "")"
            lines.append("\(start) -n \(condition.fishQuoted) \(values)")
        }
        for option in node.options where option.isShown {
            let names = option.names.map { name in
                switch name {
                case .long(let text): "-l \(text.fishQuoted)"
                case .longWithSingleDash(let text): "-o \(text.fishQuoted)"
                case .short(let character): "-s \(String(character).fishQuoted)"
                }
            }
            var line = "\(start) \(atNode) \(names.joined(separator: " "))"
            if let completion = option.completion { line += " -r \(values(for: completion) ?? "-f")" }
            lines.append(line + description(option.abstract))
        }
        return lines
    }

    private func description(_ text: String) -> String {
        let line = text.split(separator: "\n", maxSplits: 1).first ?? ""
        return line.isEmpty ? "" : " -d \(String(line).fishQuoted)"
    }

    private func values(for source: CompletionKind.Source) -> String? {
        switch source {
        case .none: nil
        case .list(let words): "-f -a \(words.map(\.fishQuoted).joined(separator: " ").fishQuoted)"
        case .file(let endings) where endings.isEmpty: "-F"
        case .file(let endings):
            "-f -a \("(\(prefix)_files \(endings.map(\.fishQuoted).joined(separator: " ")))".fishQuoted)"
        case .directory: "-f -a '(__fish_complete_directories)'"
        case .shellCommand(let command): "-f -a \("(sh -c \(command.fishQuoted) 2>/dev/null)".fishQuoted)"
        }
    }
}

extension String {
    /// The text between single quotes, as fish reads it.
    fileprivate var fishQuoted: String {
        let escaped = reduce(into: "") { result, character in
            if character == "\\" || character == "'" { result.append("\\") }
            result.append(character)
        }
        return "'\(escaped)'"
    }
}
