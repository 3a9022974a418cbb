internal import AcsAuthNative
import Dispatch

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
public let acsScope: String = AcsAuthNative.acsScope()

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is kept until shortly before it expires; concurrent calls share one
/// request for it.
public protocol TokenCredential: Sendable {
    /// Gets a token for these scopes. The calls that wait for it end at their deadlines all the same. What it throws
    /// besides ``AcsAuthError`` is told by its type alone, since its text may hold anything.
    func getToken(scopes: [String]) async throws -> AccessToken
}

/// The library asks on a thread of its own, which may wait for a task.
final class CredentialAdapter: AcsAuthNative.TokenCredential {
    private let credential: any TokenCredential

    init(_ credential: any TokenCredential) {
        self.credential = credential
    }

    /// What the task gave. It is written before the semaphore is signalled and read after that.
    private final class Answer: @unchecked Sendable {
        let isThere = DispatchSemaphore(value: 0)
        var result: Result<AcsAuthNative.AccessToken, any Error>?
    }

    func getToken(scopes: [String]) throws -> AcsAuthNative.AccessToken {
        let answer = Answer()
        Task.detached { [credential] in
            do {
                answer.result = .success(try await credential.getToken(scopes: scopes).native())
            } catch let error as AcsAuthError {
                answer.result = .failure(error.native)
            } catch {
                let denied = AcsAuthError(
                    kind: .credentialDenied,
                    reason: "The credential threw \(type(of: error)) when it was asked for a token.",
                    target: "credential")
                answer.result = .failure(denied.native)
            }
            answer.isThere.signal()
        }
        answer.isThere.wait()
        guard let result = answer.result else { preconditionFailure("an answer is written before it is signalled") }
        return try result.get()
    }
}
