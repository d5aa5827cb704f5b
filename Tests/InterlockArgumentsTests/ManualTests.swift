import InterlockArguments
import Testing

@Suite("Manual page")
struct ManualTests {
    @Test("A small page, whole")
    func small() {
        struct Pour: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Pour tea.", version: "1")
            @Option(name: .shortAndLong, help: ".5 is a half.") var amount: Double = 1
            @Argument(help: "The \\cups\\.") var cups: [String]
        }
        #expect(
            Pour.manualPage(date: "July 1, 2025") == #"""
                .Dd July 1, 2025
                .Dt POUR 1
                .Os
                .Sh NAME
                .Nm pour
                .Nd Pour tea
                .Sh SYNOPSIS
                .Nm
                .Op Fl Fl amount Ar amount
                .Ar cups ...
                .Sh DESCRIPTION
                Pour tea.
                .Pp
                The options are:
                .Bl -tag -width Ds
                .It Fl a , Fl Fl amount Ar amount
                \&.5 is a half. (default: 1.0)
                .It Ar cups
                The \ecups\e.
                .It Fl Fl version
                Show the version.
                .It Fl h , Fl Fl help
                Show help information.
                .El

                """#
        )
    }

    @Test("All shown commands, arguments and further sections are on the page")
    func complete() {
        let page = Kiln.manualPage(date: "July 1, 2025")
        for line in [
            ".Ss kiln fire", ".Ss kiln shelf", ".Ss kiln shelf list", ".Ss kiln shelf put", ".Ss kiln clean",
            ".Sh ENVIRONMENT", ".It Ev KILN_HOME", ".Sh EXIT STATUS", ".It Sy 64", ".Sh FILES",
            "\\&.hidden ones too.", ".It Fl t , Fl Fl temperature Ar degrees", ".It Fl Fl gentle , Fl Fl fierce",
            "Heat:", ".It Cm slow",
        ] {
            #expect(page.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
        #expect(!page.contains("secret"))
        #expect(!page.contains("debug"))
    }

    @Test("mandoc finds nothing to complain about", .enabled(if: Shell.has("mandoc"), "mandoc is not installed"))
    func lint() {
        let folder = TemporaryFolder()
        let file = folder.write(Kiln.manualPage(date: "July 1, 2025"), to: "kiln.1")
        let (status, text) = Shell.run("mandoc -T lint -W warning \(Shell.quoted(file))")
        #expect(status == 0)
        #expect(text == "")
        let shown = Shell.run("mandoc -T ascii \(Shell.quoted(file)) | sed 's/.\\x08//g'").text
        #expect(shown.contains("     kiln shelf put shelf pot\n"))
        #expect(shown.contains("     kiln clean\n     kiln clean --help\n"))
        #expect(shown.contains("     KILN_HOME\n             Where the pots are.\n"))
    }

    @Test("man shows the page", .enabled(if: Shell.has("man"), "man is not installed"))
    func man() {
        let folder = TemporaryFolder()
        let file = folder.write(Kiln.manualPage(date: "July 1, 2025"), to: "kiln.1")
        let (_, text) = Shell.run("LC_ALL=C man -l \(Shell.quoted(file)) </dev/null | sed 's/.\\x08//g'")
        #expect(text.contains("Fire pots with care"))
        #expect(text.contains("--temperature degrees"))
    }

    @Test("The root's hidden option prints the page")
    func option() async {
        let capture = Capture()
        #expect(await Kiln.run(arguments: ["--generate-man-page"], output: capture.output) == .success)
        #expect(capture.out.hasPrefix(".Dd "))
        #expect(capture.out.split(separator: "\n").dropFirst() == Kiln.manualPage().split(separator: "\n").dropFirst())
    }
}
