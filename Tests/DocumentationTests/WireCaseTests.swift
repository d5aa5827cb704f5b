import Testing

/// docs/conformance.md lists the wire's edge cases by number, and each has a test that names it.
@Suite struct WireCaseTests {
    private static let listed = Page.named("docs/conformance.md").rows
        .filter { $0.section == "Edge cases" }.compactMap { Int($0.cells[0]) }

    @Test func everyCaseIsListed() {
        #expect(Self.listed == Array(1...87))
    }

    @Test func everyCaseHasATest() {
        var tested: Set<Int> = []
        for file in Files.swift(under: "Tests") {
            for match in Files.text(file).matches(of: /\/\/ wire: ([0-9][0-9, ]*)/) {
                tested.formUnion(match.output.1.split { $0 == "," || $0 == " " }.compactMap { Int($0) })
            }
        }
        #expect(Set(Self.listed).subtracting(tested).sorted() == [], "no test says that it is about these")
    }
}
