internal import AcsAuthNative
import Foundation

/// A setting of a handler, with the names that it has.
public struct SettingName: Sendable, Equatable {
    /// The name in TOML, where a dot stands for a table.
    public let toml: String
    /// What it is for.
    public let about: String
    /// Its variables: the first of them that is set counts.
    public let environment: [String]
}

/// The settings of a handler, from a file or the environment, under the names that every language has. They never change,
/// and do not print.
public struct HandlerSettings: Sendable, Redacted {
    let native: AcsAuthNative.HandlerSettings

    private init(_ settings: AcsAuthNative.HandlerSettings) {
        native = settings
    }

    /// Every setting that there is.
    public static var names: [SettingName] {
        handlerSettingNames().map { SettingName(toml: $0.toml, about: $0.about, environment: $0.environment) }
    }

    /// Reads settings from the text of a TOML file.
    public static func fromToml(_ text: String) throws(AcsAuthError) -> HandlerSettings {
        try calling { HandlerSettings(try AcsAuthNative.HandlerSettings.fromToml(text: text)) }
    }

    /// Reads settings from the process's environment.
    public static func fromEnv() throws(AcsAuthError) -> HandlerSettings {
        let variables = ProcessInfo.processInfo.environment
        return try fromEnv { variables[$0] }
    }

    /// Reads settings from variables that something else than the process's environment gives.
    public static func fromEnv(
        _ variable: @escaping @Sendable (String) -> String?
    ) throws(AcsAuthError) -> HandlerSettings {
        let found = names.flatMap(\.environment).compactMap { name in variable(name).map { (name, $0) } }
        let variables = Dictionary(found) { first, _ in first }
        return try calling { HandlerSettings(try AcsAuthNative.HandlerSettings.fromVariables(variables: variables)) }
    }

    /// These settings, and from the other those that these lack.
    public func or(_ other: HandlerSettings) -> HandlerSettings {
        HandlerSettings(native.orElse(other: other.native))
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}
