import AcsAuth
import Foundation

/// Returns the same token each time and notes what it is asked for.
package final class NotingCredential: TokenCredential, @unchecked Sendable {
    private let lock = NSLock()
    private let token: AccessToken
    private var scopes: [[String]] = []

    package init(_ token: AccessToken) {
        self.token = token
    }

    package var asked: [[String]] {
        lock.withLock { scopes }
    }

    package func getToken(scopes: [String]) async throws -> AccessToken {
        lock.withLock { self.scopes.append(scopes) }
        return token
    }
}
