import Testing

/// One case, by its name.
struct SharedCase: Sendable, CustomTestStringConvertible {
    let members: JSON

    var testDescription: String { members["name"].text ?? "?" }

    static let all: [SharedCase] = {
        let file = try? JSON.parse(Repository.data("tests/conformance/cases.json"))
        return (file?["cases"].list ?? []).map(SharedCase.init)
    }()
}

extension AllTests {
    /// The behaviours that every host shares: tests/conformance/README.md.
    @Suite struct Conformance {
        @Test func allCasesAreThere() {
            #expect(SharedCase.all.count >= 344)
            #expect(Set(SharedCase.all.map(\.testDescription)).count == SharedCase.all.count)
        }

        @Test(arguments: SharedCase.all)
        func sharedCase(_ sharedCase: SharedCase) async throws {
            try await Run(sharedCase.members, numbers: try Surface.errorNumbers()).run()
        }
    }
}
