import Testing

/// The core links no Foundation: that is worth some 20 ms at the start of every process that uses it.
@Suite struct LinkageTests {
    /// The folder with the core's object files, beside the running tests; nil where there is none to be found.
    private static let objects: String? = Folder.ofThisProgram.flatMap { folder in
        let path = "\(folder)/InterlockCore.build"
        return Folder.files(below: path, ending: ".o").isEmpty ? nil : path
    }

    private static let sources = "\(Folder.ofPackage)/Sources"

    /// Whether a linker option or a symbol belongs to any part of Foundation, Swift's or Apple's.
    private static func isOfFoundation(_ name: String) -> Bool {
        // In mangled names the length stands before: `$s10Foundation4DataV…`, `$s20FoundationEssentials…`.
        let marks = [
            "-lFoundation", "-l_Foundation", "10Foundation", "20FoundationEssentials", "20FoundationNetworking",
            "14CoreFoundation", "_NS", "OBJC_CLASS_$_NS",
        ]
        return marks.contains { name.contains($0) && !name.contains("_NSGet") }
    }

    @Test(.enabled(if: objects != nil, "the object files are not beside the tests, or are not in ELF form"))
    func theCoreLinksNoFoundation() throws {
        let files = Folder.files(below: try #require(Self.objects), ending: ".o")
        var options: Set<String> = []
        var symbols: Set<String> = []
        for file in files {
            let bytes = try #require(Folder.bytes(of: file))
            let object = try #require(ObjectFile(bytes), "\(file) is no object file")
            options.formUnion(object.linkerOptions)
            symbols.formUnion(object.undefinedSymbols)
            #expect(object.linkerOptions.filter(Self.isOfFoundation).isEmpty, "\(file)")
            #expect(object.undefinedSymbols.filter(Self.isOfFoundation).isEmpty, "\(file)")
        }
        // What must be found shows that the reader does not look past everything.
        #expect(options.contains("-lswiftCore"))
        #expect(symbols.contains("pthread_mutex_lock"))
        #expect(symbols.contains { $0.hasPrefix("$sS") })
    }

    @Test(arguments: [
        "-lFoundation", "-lFoundationEssentials", "-l_FoundationICU", "$s10Foundation4DataV5countSivg",
        "$s20FoundationEssentials4DateVN", "symbolic _____ 10Foundation3URLV",
    ])
    func foundationIsRecognised(name: String) {
        #expect(Self.isOfFoundation(name))
    }

    @Test(arguments: ["-lswiftCore", "pthread_mutex_lock", "$sSS", "$s13InterlockCore9JSONValueO"])
    func othersAreNotTakenForIt(name: String) {
        #expect(!Self.isOfFoundation(name))
    }

    /// The modules that a source text imports.
    private static func imports(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { $0.split(separator: ";") }.compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let keyword = words.firstIndex(of: "import"),
                // Only attributes and access levels stand before it; comments and text do not count.
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
            else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let module = words[(keyword + 1)...].first { !kinds.contains($0) }
            return module?.split(separator: ".").first.map(String.init)
        }
    }

    private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]

    @Test func importsAreFoundHoweverTheyAreWritten() {
        let text = """
            // import A
            import B
            @_exported public import C
              internal import struct D.Thing
            @preconcurrency @testable import E; import F
            let text = "import G"
            \timport\tH.Part // import I
            """
        #expect(Self.imports(text) == ["B", "C", "D", "E", "F", "H"])
    }

    @Test(.enabled(if: !Folder.files(below: sources, ending: ".swift").isEmpty, "the sources are elsewhere"))
    func noSourceImportsFoundation() throws {
        let files = Folder.files(below: Self.sources, ending: ".swift")
        var modules: Set<String> = []
        for file in files {
            let text = String(decoding: try #require(Folder.bytes(of: file)), as: UTF8.self)
            let imported = Self.imports(text)
            modules.formUnion(imported)
            #expect(imported.filter { $0.contains("Foundation") }.isEmpty, "\(file)")
            if file.contains("/InterlockCore/") {
                #expect(Set(imported).isSubset(of: ["Glibc", "Musl", "Darwin"]), "\(file): the core knows nobody")
            }
        }
        #expect(modules.isSuperset(of: ["InterlockCore", "Glibc"]), "the scan found nothing")
    }
}
