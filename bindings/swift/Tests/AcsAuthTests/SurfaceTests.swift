import AcsAuth
import Foundation
import TestSupport
import Testing

/// Everything that tests/surface lists is public, and nothing else except for what only Swift has.
enum Surface {
    struct Item: Sendable, CustomTestStringConvertible {
        let kind: String
        let name: String
        let rest: String

        var testDescription: String { "\(kind) \(name)" }
    }

    static func lines(_ file: String) throws -> [String] {
        try Repository.text("tests/surface/\(file)").components(separatedBy: "\n")
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    static func errorNumbers() throws -> [String: Int] {
        let pairs = try lines("errors.txt").filter { $0.contains(" = ") }.map { $0.components(separatedBy: " = ") }
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], Int($0[1]) ?? -1) })
    }

    static let items: [Item] = ((try? lines("api.txt")) ?? []).map { line in
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let end = words[1].firstIndex { "?(: =".contains($0) } ?? words[1].endIndex
        return Item(kind: words[0], name: String(words[1][..<end]), rest: String(words[1][end...]))
    }

    /// The public symbols according to the compiler, by their names without arguments: "CommunicationIdentityClient.createUser".
    static func symbols() throws -> [String: String] {
        try found.get()
    }

    private static let found = Result { try readSymbols() }

    /// Returns the public symbols without a documentation comment.
    static func undocumented() throws -> [String] {
        try graph().filter { $0["docComment"]["lines"].list.isEmpty }
            .map { symbol in symbol["pathComponents"].list.map { $0.text ?? "" }.joined(separator: ".") }
    }

    private static func graph() throws -> [JSON] {
        let build = Repository.folder.appendingPathComponent("bindings/swift/.build")
        let platforms = try FileManager.default.contentsOfDirectory(atPath: build.path).filter { $0.hasSuffix("-gnu") }
        try require(platforms.count == 1, "one platform was built: \(platforms)")
        let file = build.appendingPathComponent("\(platforms[0])/symbolgraph/AcsAuth.symbols.json")
        return try JSON.parse(try Data(contentsOf: file))["symbols"].list
    }

    private static func readSymbols() throws -> [String: String] {
        var found: [String: String] = [:]
        for symbol in try graph() {
            let path = symbol["pathComponents"].list.map { $0.text ?? "" }.joined(separator: ".")
            let name = String(path.prefix { $0 != "(" })
            let signature = symbol["declarationFragments"].list.map { $0["spelling"].text ?? "" }.joined()
            found[name, default: ""] += "\(path) \(signature)\n"
        }
        return found
    }

    static func camel(_ name: String) -> String {
        let words = name.lowercased().split(separator: "_").map(String.init)
        return words[0] + words.dropFirst().map(\.capitalized).joined()
    }

    private static func lowerFirst(_ name: String) -> String {
        name.prefix(1).lowercased() + name.dropFirst()
    }

    /// Names in Swift that differ from Rust's by more than their case, or that are arguments: "name(argument".
    private static let renamed = [
        "function CommunicationIdentityClient.from_connection_string": "CommunicationIdentityClient.fromConnectionString",
        "option CommunicationIdentityClient.connection_string": "CommunicationIdentityClient.init(connectionString",
        "option CommunicationIdentityClient.endpoint": "CommunicationIdentityClient.init(endpoint",
        "option CommunicationIdentityClient.access_key": "CommunicationIdentityClient.init(accessKey",
        "option CommunicationIdentityClient.token_credential": "CommunicationIdentityClient.init(credential",
        "method CommunicationIdentityClient.with_response_hook": "CallOptions.onResponse",
        "option CommunicationIdentityClient.header": "ClientOptions.headers",
        "option CommunicationTokenCredential.token": "CommunicationTokenRefreshOptions.initialToken",
        "function RedisOptions.new": "RedisOptions.init(sealingKey",
        "function HandlerSettings.from_env": "HandlerSettings.fromEnv",
        "option TokenVerifier.tenant_id": "VerifierOptions.tenantIds",
        "option TokenVerifier.audience": "VerifierOptions.audiences",
        "option TokenVerifier.allowed_client_id": "VerifierOptions.allowedClientIds",
        "option TeamsTokenExchanger.observer": "TeamsTokenExchanger.init(observer",
        "method HandlerSettings.set": "HandlerSettings.init(",
        "option TokenExchangeHandler.cloud": "TokenExchangeHandler.init(cloud",
        "option TokenExchangeHandler.observer": "TokenExchangeHandler.init(observer",
        "option TokenExchangeHandler.settings": "TokenExchangeHandler.init(settings",
        "option TokenExchangeHandler.token_credential": "TokenExchangeHandler.init(tokenCredential",
        "operation TeamsTokenExchanger.exchange_with_timeout": "TeamsTokenExchanger.exchange(timeout",
        "operation TeamsTokenExchanger.exchange_teams_extension_with_timeout": "TeamsTokenExchanger.exchangeTeamsExtension(timeout",
        "value TeamsExtensionPrincipalType.Other": "TeamsExtensionPrincipalType.init(rawValue",
        // Any text can be a scope.
        "value CommunicationTokenScope.Other": "CommunicationTokenScope.init(rawValue",
        "constant ACS_SCOPE": "acsScope",
    ]
    private static let optionTypes = [
        "CommunicationIdentityClient": "ClientOptions", "TeamsTokenExchanger": "ExchangerOptions",
        "TokenVerifier": "VerifierOptions", "CommunicationTokenCredential": "CommunicationTokenRefreshOptions",
    ]

    /// Returns the name in Swift and, after a parenthesis, an argument that it must have.
    static func swiftName(_ item: Item) -> String {
        if let name = renamed["\(item.kind) \(item.name)"] { return name }
        let parts = item.name.split(separator: ".").map(String.init)
        switch item.kind {
        case "type": return item.name
        case "constant": return camel(item.name)
        case "value": return "\(parts[0]).\(lowerFirst(parts[1]))"
        case "option": return "\(optionTypes[parts[0]] ?? "?").\(camel(parts[1]))"
        default: return parts.count == 1 ? camel(parts[0]) : "\(parts[0]).\(camel(parts[1]))"
        }
    }
}

extension AllTests {
    @Suite struct SurfaceTests {
        @Test(arguments: Surface.items)
        func itIsThere(_ item: Surface.Item) throws {
            let parts = Surface.swiftName(item).split(separator: "(").map(String.init)
            let found = try Surface.symbols()[parts[0]]
            #expect(found != nil, "\(parts[0])")
            if parts.count > 1 { #expect(found?.contains("\(parts[1]):") == true, "\(found ?? "")") }
            let isOperation = item.kind == "operation" || item.kind == "callback" && item.name.hasPrefix("TokenCredential")
            #expect((found?.contains("async") == true) == isOperation)
            if item.rest.hasSuffix("throws"), item.kind != "callback" {
                #expect(found?.contains("throws(AcsAuthError)") == true)
            }
        }

        /// What only Swift has is listed here, so nothing becomes public by mistake.
        @Test func nothingElseIsPublic() throws {
            let known = Set(Surface.items.map { String(Surface.swiftName($0).prefix { $0 != "(" }) })
            let types = Set(known.map { String($0.prefix { $0 != "." }) })
            let own: Set = [
                "AccessKey", "AcsAuthError", "AcsAuthLibrary", "AcsAuthLogHandler", "CallOptions", "ClientOptions",
                "CommunicationTokenRefreshOptions", "ErrorKind", "ExchangerOptions", "FailureKind", "Header", "LogLevel",
                "SettingValue", "Transport", "TransportFailure", "TransportRequest", "TransportResponse", "VerifierOptions",
            ]
            let usual: Set = ["init", "hash", "description", "debugDescription", "customMirror", "errorDescription", "==", "rawValue"]
            for name in try Surface.symbols().keys where !known.contains(name) {
                let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
                let isUsual = parts.count > 1 && (usual.contains(parts[1]) && types.union(own).contains(parts[0]))
                let isOwn = own.contains(parts[0])
                #expect(isUsual || isOwn || Self.more.contains(name), "\(name)")
            }
        }

        private static let more: Set = [
            // The three headers to add to a request, as a list.
            "SignedHeaders.headers",
            // A case for each kind of identifier, where other hosts have a class.
            "CommunicationIdentifier.communicationUser", "CommunicationIdentifier.microsoftTeamsApp",
            "CommunicationIdentifier.microsoftTeamsUser", "CommunicationIdentifier.phoneNumber",
            "CommunicationIdentifier.teamsExtensionUser", "CommunicationIdentifier.unknown",
            // The scopes that the library knows, which this suite compares with the list.
            "CommunicationTokenScope.known",
        ]

        @Test func everythingIsDocumented() throws {
            #expect(try Surface.symbols().count > 200)
            #expect(try Surface.undocumented() == [])
        }

        @Test func theErrorsAreThoseOfEveryHost() throws {
            let found = Dictionary(uniqueKeysWithValues: ErrorKind.allCases.map { ($0.name, Int($0.value)) })
            let wanted = try Surface.errorNumbers()
            #expect(found == wanted)
            let fields = try Surface.lines("errors.txt").filter { $0.hasPrefix("field ") }
            let symbols = try Surface.symbols()
            for field in fields {
                let name = String(field.dropFirst("field ".count).prefix { $0 != "?" && $0 != ":" })
                #expect(symbols["AcsAuthError.\(Surface.camel(name))"] != nil, "\(name)")
            }
        }

        @Test func constantsAreTheLibrarys() throws {
            let constants = [
                "ACS_SCOPE": acsScope, "DEFAULT_API_VERSION": defaultApiVersion,
                "TEAMS_EXTENSION_API_VERSION": teamsExtensionApiVersion, "ACS_RESOURCE_APP_ID": acsResourceAppId,
            ]
            let wanted = Surface.items.filter { $0.kind == "constant" }
            #expect(wanted.count == constants.count)
            for item in wanted { #expect(item.rest.hasSuffix("\"\(constants[item.name] ?? "?")\"")) }
            #expect(Set(CommunicationTokenScope.known) == [.chat, .chatJoin, .chatJoinLimited, .voip, .voipJoin])
            #expect(CommunicationTokenScope.known.count == 5)
            for item in Surface.items where item.name.hasPrefix("CommunicationTokenScope.") && item.rest.contains(" = ") {
                #expect(CommunicationTokenScope.known.contains { item.rest.hasSuffix("\"\($0.rawValue)\"") })
            }
            for item in Surface.items where item.name.hasPrefix("ApiVersion.") {
                #expect(ApiVersion.allCases.contains { item.rest.hasSuffix("\"\($0.rawValue)\"") }, "\(item.name)")
            }
            let cargo = try Repository.text("Cargo.toml")
            #expect(cargo.contains("version = \"\(AcsAuthLibrary.version)\""))
        }
    }
}
