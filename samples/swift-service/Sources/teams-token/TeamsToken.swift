// Exchanges a Teams user's Entra token, which is read from standard input, for an ACS token.
import AcsAuth
import Foundation

@main
struct TeamsToken {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let clientId = arguments.first, let userObjectId = arguments.last else {
            end("usage: teams-token CLIENT_ID USER_OBJECT_ID <entra-token", code: 64)
        }
        guard let text = ProcessInfo.processInfo.environment["COMMUNICATION_SERVICES_CONNECTION_STRING"] else {
            end("COMMUNICATION_SERVICES_CONNECTION_STRING is not set", code: 64)
        }
        let input = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        do {
            let client = try CommunicationIdentityClient(
                connectionString: text, options: ClientOptions(timeout: .seconds(5)))
            let token = try await client.getTokenForTeamsUser(
                aadToken: input.trimmingCharacters(in: .whitespacesAndNewlines), clientId: clientId,
                userObjectId: userObjectId)
            print(token.token)
            end("expires \(token.expiresOn.formatted(.iso8601))", code: 0)
        } catch {
            // The exit code is the kind's number, as in acs-auth's own command line.
            end("\(error)", code: error.kind.value)
        }
    }

    private static func end(_ text: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        exit(code)
    }
}
