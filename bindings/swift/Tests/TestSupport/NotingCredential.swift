import AcsAuth

/// Always returns the same token, and records the scopes of each request.
package struct NotingCredential: TokenCredential {
    private let token: AccessToken
    private let scopes = Noted<[String]>()

    package init(_ token: AccessToken) {
        self.token = token
    }

    package var asked: [[String]] { scopes.all }

    package func getToken(scopes: [String]) async throws -> AccessToken {
        self.scopes.note(scopes)
        return token
    }
}
