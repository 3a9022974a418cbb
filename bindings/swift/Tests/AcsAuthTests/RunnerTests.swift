import Testing

extension AllTests {
    /// That a case which does not hold fails.
    @Suite struct RunnerTests {
        private func run(_ name: String, _ path: [String], _ value: JSON) async throws {
            guard let sharedCase = SharedCase.all.first(where: { $0.testDescription == name }) else {
                throw Failure("there is no case \(name)")
            }
            let changed = set(sharedCase.members, path[...], value)
            try await Run(changed, numbers: try Surface.errorNumbers()).run()
        }

        private func set(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
            guard let name = path.first else { return value }
            var members = json.members
            members[name] = set(json[name], path.dropFirst(), value)
            return .object(members)
        }

        static let changes: [(String, [String], JSON)] = [
            ("create_user", ["expect", "ok", "id"], .object(["prefix": .text("9:")])),
            ("create_user", ["expect", "ok", "no_such_member"], .text("x")),
            ("create_user", ["expect", "ok", "id"], .object(["no_such_word": .text("8:")])),
            ("create_user", ["expect"], .object(["error": .object(["kind": .text("NotFound")])])),
            ("create_user", ["emulator", "attempts"], .list([.number(200)])),
            ("create_user", ["emulator", "identities"], .number(2)),
            ("create_user", ["emulator", "each", "target"], .text("/")),
            ("create_user", ["expect", "took_ms"], .object(["at_least": .number(60_000)])),
            ("create_user", ["call", "operation"], .text("no_such_operation")),
            ("create_user", ["call", "arguments"], .object(["no_such_argument": .number(1)])),
            ("create_user", ["no_such_member"], .null),
            ("revoke_tokens", ["emulator", "tokens"], .list([.object(["token": .text("${made.token}"), "active": .bool(true)])])),
            ("revoke_tokens", ["call", "arguments", "user"], .text("${made.no_such_member}")),
        ]

        @Test(arguments: changes.indices)
        func aChangedCaseFails(_ index: Int) async throws {
            let (name, path, value) = Self.changes[index]
            await #expect(throws: (any Error).self) { try await run(name, path, value) }
        }

        @Test(arguments: ["create_user", "revoke_tokens"])
        func anUnchangedOneDoesNot(_ name: String) async throws {
            try await run(name, ["about"], .text("As it is."))
        }
    }
}
