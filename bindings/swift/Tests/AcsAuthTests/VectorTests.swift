import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// One test per signing vector. Intermediate steps are compared first, so that a failure names the step.
    @Suite struct Vectors {
        static let files: [String] = {
            let folder = Repository.folder.appendingPathComponent("tests/vectors").path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasSuffix(".json") }.sorted()
        }()

        @Test func theVectorsAreThere() {
            #expect(Self.files.count >= 14)
        }

        @Test(arguments: files)
        func vector(_ file: String) throws {
            let vector = try JSON.parse(try Repository.data("tests/vectors/\(file)"))
            func text(_ name: String) throws -> String { try #require(vector[name].text) }
            let body = try #require(Data(base64Encoded: try text("body_base64")))
            let request = SignableRequest(method: try text("method"), url: try text("url"), body: body)
            let now = try Self.moment(try text("x-ms-date"))
            let signed = try signRequest(request, key: try AccessKey(try text("access_key")), now: now)
            #expect(signed.xMsContentSha256 == vector["x-ms-content-sha256"].text)
            #expect(signed.stringToSign == vector["string_to_sign"].text)
            #expect(signed.xMsDate == vector["x-ms-date"].text)
            #expect(signed.authorization == vector["authorization"].text)
        }

        private static func moment(_ httpDate: String) throws -> Date {
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = TimeZone(identifier: "GMT")
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            return try #require(format.date(from: httpDate))
        }

        @Test func theMomentIsCutToASecond() throws {
            let key = try AccessKey(Data(repeating: 7, count: 32).base64EncodedString())
            let request = SignableRequest(method: "GET", url: "https://a.example/x?api-version=1")
            let moment = Date(timeIntervalSince1970: 1_700_000_000)
            let signed = try signRequest(request, key: key, now: moment)
            let later = try (signRequest(request, key: key, now: moment + 0.9), signRequest(request, key: key, now: moment + 1))
            #expect(signed == later.0)
            #expect(signed != later.1)
            #expect(signed.headers.map(\.name) == ["x-ms-date", "x-ms-content-sha256", "authorization"])
            #expect((signed.host, signed.target) == ("a.example", "/x?api-version=1"))
        }

        @Test(arguments: [TimeInterval.infinity, -.infinity, .nan, 1e300, -1e300, -1e17])
        func whatIsNoMomentIsRefused(_ seconds: TimeInterval) throws {
            let key = try AccessKey("a2V5")
            let request = SignableRequest(method: "GET", url: "https://a.example/")
            let error = try failure { try signRequest(request, key: key, now: Date(timeIntervalSince1970: seconds)) }
            #expect(error.kind == .invalidArgument)
            #expect(error.target == "now")
        }
    }
}
