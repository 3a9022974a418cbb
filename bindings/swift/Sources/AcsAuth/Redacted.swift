/// A value that prints without anything that may be secret: by `print`, `String(reflecting:)`, `dump` and a debugger.
protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The members that may be printed.
    var shown: KeyValuePairs<String, Any> { get }
}

extension Redacted {
    public var description: String {
        let members = shown.map { "\($0.key): \($0.value)" } + ["…"]
        return "\(Self.self)(\(members.joined(separator: ", ")))"
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: shown.map { (label: $0.key, value: $0.value) }) }
}
