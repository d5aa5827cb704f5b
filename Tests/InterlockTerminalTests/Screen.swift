@testable import InterlockTerminal

/// What a terminal of the xterm kind shows after some output: enough of one for what libedit writes.
struct Screen {
    private(set) var rows: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private let columns: Int

    init(_ output: String, columns: Int) {
        self.columns = columns
        var rest = Array(output.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n": move(down: 1)
            case "\u{8}": column = max(column - 1, 0)
            case "\u{1B}": escape(&rest)
            default: put(Character(scalar))
            }
        }
    }

    /// The rows as text, without blanks at their ends.
    var text: [String] {
        rows.map { row in
            var row = row[...]
            while row.last == " " { row = row.dropLast() }
            return String(row)
        }
    }

    private mutating func put(_ character: Character) {
        if column >= columns {
            column = 0
            move(down: 1)
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func move(down count: Int) {
        row = max(row + count, 0)
        while rows.count <= row { rows.append([]) }
    }

    private mutating func escape(_ rest: inout ArraySlice<Unicode.Scalar>) {
        guard rest.popFirst() == "[" else { return }
        var digits = ""
        while let scalar = rest.popFirst() {
            if ("0"..."9").contains(scalar) || scalar == ";" || scalar == "?" {
                digits.unicodeScalars.append(scalar)
                continue
            }
            let number = Int(digits) ?? 1
            switch scalar {
            case "A": move(down: -number)
            case "B": move(down: number)
            case "C": column += number
            case "G": column = number - 1
            case "J":
                rows.removeLast(rows.count - row - 1)
                cutRow()
            case "K": cutRow()
            case "P": rows[row].removeSubrange(column..<min(column + number, rows[row].count))
            case "@":
                rows[row].insert(contentsOf: Array(repeating: " ", count: number), at: column)
                rows[row].removeLast(max(rows[row].count - columns, 0))
            default: break
            }
            return
        }
    }

    private mutating func cutRow() {
        if rows[row].count > column { rows[row].removeLast(rows[row].count - column) }
    }
}
