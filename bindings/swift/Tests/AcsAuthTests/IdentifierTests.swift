import AcsAuth
import Testing

/// Identifiers in Swift. The conformance cases test how raw ids are parsed and built.
extension AllTests {
    @Suite struct IdentifierTests {
        @Test func aRawIdIsReadAndWritten() {
            let made = TeamsExtensionUserIdentifier(userId: "u", tenantId: "t", resourceId: "r")
            #expect(CommunicationIdentifier.fromRawId("8:acs:r_t_u") == .teamsExtensionUser(made))
            #expect(made.rawId == "8:acs:r_t_u")
            #expect(PhoneNumberIdentifier("+14255550123_X1").assertedId == "X1")
        }

        @Test func theyAreEqualByTheirRawIds() {
            let unknown = CommunicationIdentifier.unknown(.init(rawId: "8:acs:a_b"))
            #expect(unknown == .communicationUser(.init("8:acs:a_b")))
            #expect(Set([unknown]) == Set([.fromRawId("8:acs:a_b")]))
            #expect(unknown == .phoneNumber(.init("+1", rawId: "8:acs:a_b")))
            #expect(unknown != .fromRawId("8:ACS:a_b"))
            #expect(PhoneNumberIdentifier("+1", rawId: "4:x") == PhoneNumberIdentifier("+2", rawId: "4:x"))
            #expect(
                MicrosoftTeamsUserIdentifier(userId: "u", isAnonymous: true, cloud: .dod)
                    == MicrosoftTeamsUserIdentifier(userId: "u", isAnonymous: true, cloud: .gcch))
            #expect(MicrosoftTeamsAppIdentifier(appId: "a") != MicrosoftTeamsAppIdentifier(appId: "a", cloud: .dod))
        }
    }
}
