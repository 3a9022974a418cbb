import AcsAuth
import Foundation
import TestSupport

/// The repository's files, for what the suites of all languages share.
enum Repository {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../..").standardizedFileURL

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(path))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try data(path), as: UTF8.self)
    }

    /// Returns the program that an environment variable names, or the one at this path in the repository.
    static func program(_ variable: String, _ path: String) -> URL {
        ProcessInfo.processInfo.environment[variable].map { URL(fileURLWithPath: $0) }
            ?? folder.appendingPathComponent(path)
    }
}

/// The emulator: its start line and its control API. The suites run one after another, so they share one.
final class Emulator: @unchecked Sendable {
    /// It exits with this process, since its standard input is then closed.
    static let shared = Result { try Emulator() }

    /// Returns the emulator in its initial state.
    static func fresh() throws -> Emulator {
        let emulator = try shared.get()
        try emulator.control("POST", "/reset")
        return emulator
    }

    let info: JSON
    private let process = Process()
    private let input = Pipe()
    private let connection: HTTPConnection

    private init() throws {
        let output = Pipe()
        process.executableURL = Repository.program("ACS_EMULATOR", "target/debug/acs-emulator")
        process.arguments = ["--until-stdin-closes"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            try require(!more.isEmpty, "the emulator did not start")
            line.append(more)
        }
        info = try JSON.parse(line)
        guard let port = URL(string: info["http_url"].text ?? "")?.port.flatMap(UInt16.init(exactly:)) else {
            throw Failure("the emulator says no address")
        }
        connection = HTTPConnection(port: port)
    }

    private func said(_ value: JSON) -> String {
        guard let text = value.text else { preconditionFailure("the emulator's start line has another form") }
        return text
    }

    var connectionString: String { said(info["connection_string"]) }
    var connectionStringHttp: String { said(info["connection_string_http"]) }
    var httpUrl: String { said(info["http_url"]) }
    var httpsUrl: String { said(info["https_url"]) }
    var tenantId: String { said(info["tenant_id"]) }
    var accessKey: String { String(connectionString[connectionString.range(of: "accesskey=")!.upperBound...]) }
    var spaId: String { said(info["spa"]["client_id"]) }
    var apiId: String { said(info["api"]["client_id"]) }
    var user: JSON { info["users"].list.first { $0["licensed"] == .bool(true) } ?? .null }
    var userId: String { said(user["object_id"]) }

    var ca: Data {
        get throws { try Data(contentsOf: URL(fileURLWithPath: said(info["ca_file"]))) }
    }

    @discardableResult
    func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let headers = body == nil ? [] : [("Content-Type", "application/json")]
        let answer = try connection.send(
            method, "/_emulator" + path, headers: headers, body: body.map { Data($0.compact.utf8) })
        try require((200..<300).contains(answer.status), "the control API answered \(answer.status): \(answer.text)")
        return answer.body.isEmpty ? .null : try JSON.parse(answer.body)
    }

    func mint(_ query: [String: String]) throws -> String {
        var unreserved = CharacterSet.alphanumerics
        unreserved.insert(charactersIn: "-._~")
        let pairs = query.map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")" }
        return said(try control("GET", "/mint?" + pairs.joined(separator: "&"))["token"])
    }

    func teamsToken(_ more: [String: String] = [:]) throws -> String {
        let query = ["user": said(user["username"]), "client_id": spaId, "kind": "teams"]
        return try mint(query.merging(more) { $1 })
    }

    func bearer(_ more: [String: String] = [:]) throws -> String {
        try mint(["user": said(user["username"]), "client_id": spaId, "kind": "api"].merging(more) { $1 })
    }

    func spoil(_ fault: JSON) throws {
        try control("POST", "/faults", fault)
    }

    func requests(_ operation: String = "acs") throws -> [JSON] {
        try control("GET", "/requests?operation=\(operation)")["requests"].list
            .sorted { ($0["id"].number ?? 0) < ($1["id"].number ?? 0) }
    }
}

extension Emulator {
    /// Creates a handler with this emulator's settings.
    func makeHandler() throws -> TokenExchangeHandler {
        let settings: [String: JSON] = [
            "connection_string": .text(connectionString), "authority": .text(httpsUrl),
            "api_client_id": .text(apiId), "tenant_ids": .list([.text(tenantId)]),
            "teams_client_ids": .list([.text(spaId)]),
            "root_certificates_pem": .text(String(decoding: try ca, as: UTF8.self)),
        ]
        // Texts and arrays of texts have the same form in JSON and in TOML.
        let lines = settings.map { "\($0.key) = \($0.value.compact)\n" }
        return try TokenExchangeHandler(settings: try .fromToml(lines.joined()))
    }
}
