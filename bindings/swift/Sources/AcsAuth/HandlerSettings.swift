internal import AcsAuthNative
import Foundation

/// A setting of a handler: its names and its description.
public struct SettingName: Sendable, Equatable {
    /// The name in TOML, where a dot stands for a table.
    public let toml: String
    /// The description.
    public let about: String
    /// The environment variables. If several are set, the first one takes precedence.
    public let environment: [String]
}

/// The value of a setting. Write it as a literal, `"text"`, `["texts"]`, `5000` or `true`, or as a case such as
/// `.text(url)`. It may be secret, so it isn't printed.
public enum SettingValue: Sendable, Redacted {
    /// A text.
    case text(String)
    /// A list of texts.
    case list([String])
    /// A whole number.
    case number(Int64)
    /// A duration, for a setting that is a number of milliseconds.
    case duration(Duration)
    /// True or false.
    case flag(Bool)

    func native(_ name: String) throws(AcsAuthError) -> AcsAuthNative.SettingValue {
        switch self {
        case .text(let text): .text(text: text)
        case .list(let texts): .texts(texts: texts)
        case .number(let number): .number(number: number)
        case .duration(let duration): .time(ms: try duration.milliseconds(name))
        case .flag(let flag): .flag(flag: flag)
        }
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}

extension SettingValue: ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A list of texts.
    public init(arrayLiteral elements: String...) { self = .list(elements) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// The settings of a handler, read from a file or the environment, or set by name. Their names are the same in every
/// language. They may be secret, so it prints without them.
public struct HandlerSettings: Sendable, Redacted {
    let native: AcsAuthNative.HandlerSettings

    private init(_ settings: AcsAuthNative.HandlerSettings) {
        native = settings
    }

    /// Creates settings from values by their names in TOML, in which an underscore may replace a dot:
    /// `["tenant_ids": [tenant], "timeout_ms": 5000]`. Throws `invalidArgument` with the name as `target` if there is no
    /// such setting, or if its value has another type.
    public init(_ values: [String: SettingValue]) throws(AcsAuthError) {
        var settings: [AcsAuthNative.Setting] = []
        // Sorted, so that of several errors always the same one is thrown.
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            settings.append(AcsAuthNative.Setting(name: name, value: try value.native(name)))
        }
        let given = settings
        native = try calling { try AcsAuthNative.HandlerSettings.fromValues(values: given) }
    }

    /// The names and descriptions of all settings.
    public static var names: [SettingName] {
        handlerSettingNames().map { SettingName(toml: $0.toml, about: $0.about, environment: $0.environment) }
    }

    /// Reads settings from the text of a TOML file. Throws `invalidArgument` if it isn't TOML, or if a setting is unknown or
    /// has another type.
    public static func fromToml(_ text: String) throws(AcsAuthError) -> HandlerSettings {
        try calling { HandlerSettings(try AcsAuthNative.HandlerSettings.fromToml(text: text)) }
    }

    /// Reads settings from the process's environment.
    public static func fromEnv() throws(AcsAuthError) -> HandlerSettings {
        let variables = ProcessInfo.processInfo.environment
        return try fromEnv { variables[$0] }
    }

    /// Reads settings from variables that are looked up by name; `nil` means that a variable isn't set.
    public static func fromEnv(
        _ variable: @escaping @Sendable (String) -> String?
    ) throws(AcsAuthError) -> HandlerSettings {
        let found = handlerSettingVariables().compactMap { name in variable(name).map { (name, $0) } }
        let variables = Dictionary(found) { first, _ in first }
        return try calling { HandlerSettings(try AcsAuthNative.HandlerSettings.fromVariables(variables: variables)) }
    }

    /// Returns these settings, completed by those of `other`.
    public func or(_ other: HandlerSettings) -> HandlerSettings {
        HandlerSettings(native.orElse(other: other.native))
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}
