import AcsAuth
import Foundation

/// Returns the same token each time and notes what it is asked for.
public final class NotingCredential: TokenCredential, @unchecked Sendable {
    private let lock = NSLock()
    private let token: AccessToken
    private var scopes: [[String]] = []

    public init(_ token: AccessToken) {
        self.token = token
    }

    public var asked: [[String]] {
        lock.withLock { scopes }
    }

    public func getToken(scopes: [String]) async throws -> AccessToken {
        lock.withLock { self.scopes.append(scopes) }
        return token
    }
}
