import AcsAuth
import Foundation
import TestSupport

/// A user's token credential, and the scopes that were requested from its source.
struct UserCredential {
    let credential: CommunicationTokenCredential
    private let asked: @Sendable () -> [[String]]

    /// Creates a credential from a case's options and client.
    init(_ given: Members, client: CommunicationIdentityClient?) throws {
        var given = given
        let (refresher, entra) = (given.take("refresher"), given.take("entra_credential"))
        let (token, expiresIn) = (given.take("token").text, given.take("token_expires_in_s").number)
        let expiresOn = expiresIn.map { Date.now + TimeInterval($0) }
        let (takesClient, takesExchanger) = (given.take("client").bool ?? false, given.take("exchanger").bool ?? false)
        let (clientId, userObjectId) = (given.take("client_id").text, given.take("user_object_id").text)
        let scopes = given.take("scopes").texts
        let isProactive = given.take("refresh_proactively").bool
        let before = given.take("refresh_time_before_expiry_s").number.map { Duration.seconds($0) }
        let timeout = given.take("timeout_ms").number.map { Duration.milliseconds($0) }
        try given.end()

        var options: CommunicationTokenRefreshOptions
        if refresher != .null {
            let noting = try NotingCredential(refresher)
            asked = { noting.asked }
            options = CommunicationTokenRefreshOptions { try await noting.getToken(scopes: []) }
        } else if entra != .null {
            let noting = try NotingCredential(entra)
            asked = { noting.asked }
            guard let client else { throw Failure("there is no client") }
            if takesExchanger {
                options = CommunicationTokenRefreshOptions(
                    entraCredential: noting, exchanger: try TeamsTokenExchanger(client: client), clientId: clientId ?? "",
                    userObjectId: userObjectId ?? "")
            } else {
                try require(takesClient, "nothing exchanges the tokens")
                options = CommunicationTokenRefreshOptions(entraCredential: noting, client: client, scopes: scopes)
            }
        } else {
            asked = { [] }
            credential = try CommunicationTokenCredential(token: token ?? "", expiresOn: expiresOn)
            return
        }
        options.initialToken = token
        options.initialTokenExpiresOn = expiresOn
        options.refreshProactively = isProactive ?? options.refreshProactively
        options.refreshTimeBeforeExpiry = before
        options.timeout = timeout
        credential = try CommunicationTokenCredential(withOptions: options)
    }

    /// Runs an operation of a case; returns `nil` if it isn't one of a user's credential.
    func call(_ operation: String) async throws -> (any Sendable)?? {
        switch operation {
        case "user_credential_get_token": return .some(try await credential.getToken())
        case "user_credential_close":
            credential.close()
            return .some(nil)
        default: return nil
        }
    }

    var members: JSON { ["asked": .list(asked().map(JSON.init(texts:)))] }
}

extension NotingCredential {
    /// Creates the credential that a case describes.
    init(_ given: JSON) throws {
        let expiresOn = Date.now + TimeInterval(given["expires_in_s"].number ?? 0)
        self.init(AccessToken(token: try given.text("token"), expiresOn: expiresOn))
    }
}
