#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The manual page of a command and all below it, in the language of mdoc(7).
struct ManualPage {
    let root: any ParsableCommand.Type
    var date: String?

    func rendered() -> String {
        let configuration = root.configuration
        let name = root._commandName
        let abstract =
            configuration.abstract.hasSuffix(".") ? String(configuration.abstract.dropLast()) : configuration.abstract
        var lines = [
            ".Dd \(date ?? Self.today)",
            ".Dt \(name.uppercased().mdocEscaped) 1",
            ".Os",
            ".Sh NAME",
            ".Nm \(name.mdocArgument)",
            ".Nd \((abstract.isEmpty ? name : abstract).mdocArgument)",
            ".Sh SYNOPSIS",
        ]
        let all = commands(from: [root])
        lines += all.flatMap { synopsis(of: $0) }
        lines.append(".Sh DESCRIPTION")
        lines += description(of: [root])
        let below = all.dropFirst()
        if !below.isEmpty { lines.append(".Sh COMMANDS") }
        for stack in below {
            lines.append(".Ss \(path(of: stack).mdocArgument)")
            lines += description(of: stack)
        }
        for section in (root as? any ManualPageProviding.Type)?.manualSections ?? [] {
            lines += Self.lines(of: section)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The command and all shown ones below it, each with the commands above it.
    private func commands(from stack: [any ParsableCommand.Type]) -> [[any ParsableCommand.Type]] {
        let children = stack.last?.configuration.subcommands.filter { $0.configuration.shouldDisplay } ?? []
        return [stack] + children.flatMap { commands(from: stack + [$0]) }
    }

    private func path(of stack: [any ParsableCommand.Type]) -> String {
        stack.map { $0._commandName }.joined(separator: " ")
    }

    private func synopsis(of stack: [any ParsableCommand.Type]) -> [String] {
        guard let command = stack.last else { return [] }
        if let usage = command.configuration.usage {
            // A usage of one's own names the command itself; the macro makes each a line.
            let name = root._commandName + " "
            return usage.split(separator: "\n").flatMap { line in
                line.hasPrefix(name)
                    ? [".Nm", String(line.dropFirst(name.count)).mdocLine] : [".Pp", String(line).mdocLine]
            }
        }
        let names = stack.dropFirst().map { "Cm \($0._commandName.mdocArgument)" }
        var lines = [([".Nm"] + names).joined(separator: " ")]
        let shown = DefinitionSet(type: command).shown(at: .default)
        let optional = shown.filter { !$0.isPositional && $0.isOptional }
        let isLong = shown.count > 12
        if isLong, !optional.isEmpty { lines.append(".Op Ar options") }
        for definition in shown where !isLong || definition.isPositional || !definition.isOptional {
            lines.append("." + definition.mdocSynopsis)
        }
        if !command.configuration.subcommands.isEmpty { lines.append(".Ar subcommand") }
        return lines
    }

    private func description(of stack: [any ParsableCommand.Type]) -> [String] {
        guard let command = stack.last else { return [] }
        let configuration = command.configuration
        var lines: [String] = []
        let isRoot = stack.count == 1
        for text in [configuration.abstract, configuration.discussion] where !text.isEmpty {
            if !lines.isEmpty { lines.append(".Pp") }
            lines += text.mdocParagraphs
        }
        if !configuration.aliases.isEmpty {
            if !lines.isEmpty { lines.append(".Pp") }
            let names = configuration.aliases.map { ".Cm \($0.mdocArgument)" }
            lines.append("Also known as")
            lines += names.dropLast().map { $0 + " ," } + (names.last.map { [$0 + " ."] } ?? [])
        }
        var groups: [(title: String, lines: [[ArgumentDefinition]])] = []
        for line in DefinitionSet(type: command).shown(at: .default).byLine {
            let title = line.first?.groupTitle ?? ""
            if let index = groups.firstIndex(where: { $0.title == title }) {
                groups[index].lines.append(line)
            } else {
                groups.append((title, [line]))
            }
        }
        groups = groups.filter(\.title.isEmpty) + groups.filter { !$0.title.isEmpty }
        var builtIn: [String] = []
        if isRoot {
            if !configuration.version.isEmpty { builtIn += [".It Fl Fl version", "Show the version."] }
            let names = stack.helpNames(for: .default).shortFirst
            if !names.isEmpty {
                builtIn += [".It " + names.map(\.mdocFlag).joined(separator: " , "), "Show help information."]
            }
        }
        if groups.first?.title != "", !builtIn.isEmpty { groups.insert(("", []), at: 0) }
        for group in groups {
            if !lines.isEmpty { lines.append(".Pp") }
            lines.append(
                group.title.isEmpty ? (isRoot ? "The options are:" : "Its arguments are:") : "\(group.title.mdocLine):")
            lines.append(".Bl -tag -width Ds")
            lines += group.lines.flatMap(item)
            if group.title.isEmpty { lines += builtIn }
            lines.append(".El")
        }
        return lines
    }

    /// The list item of the arguments that share a line.
    private func item(_ definitions: [ArgumentDefinition]) -> [String] {
        let entry = HelpText.Entry(definitions)
        let labels = definitions.map { definition in
            guard !definition.names.isEmpty else { return "Ar \(definition.valueName.mdocArgument)" }
            let names = definition.names.shortFirst.map(\.mdocFlag).joined(separator: " , ")
            return definition.takesValue ? "\(names) Ar \(definition.valueName.mdocArgument)" : names
        }
        var lines = [".It " + labels.joined(separator: " , ")]
        lines += entry.text.mdocParagraphs
        if let discussion = entry.discussion, !discussion.isEmpty { lines += [".Pp"] + discussion.mdocParagraphs }
        guard !entry.values.isEmpty else { return lines }
        lines.append(".Bl -tag -width Ds -compact")
        for value in entry.values {
            lines.append(".It Cm \(value.value.mdocArgument)")
            lines += value.meaning.mdocParagraphs
        }
        return lines + [".El"]
    }

    private static func lines(of section: ManualSection) -> [String] {
        let heading = ".Sh \(section.title.uppercased().mdocArgument)"
        switch section.body {
        case .text(let text):
            return [heading] + text.mdocParagraphs
        case .list(let entries):
            let tag = section.title.uppercased() == "ENVIRONMENT" ? "Ev" : "Sy"
            let items = entries.flatMap { [".It \(tag) \($0.term.mdocArgument)"] + $0.text.mdocParagraphs }
            return [heading, ".Bl -tag -width Ds"] + items + [".El"]
        }
    }

    /// The date of `SOURCE_DATE_EPOCH`, for builds that must be repeatable, else today's.
    private static var today: String {
        let pinned = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
        var seconds = pinned.map { time_t($0) } ?? time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return "\(months[Int(parts.tm_mon)]) \(parts.tm_mday), \(parts.tm_year + 1900)"
    }
}
