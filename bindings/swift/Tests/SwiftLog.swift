/// Replaces swift-log in tests: the declarations of its Logger that the README uses, with the same signatures.
public struct Logger: Sendable {
    public enum Level: String, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    public struct Message: ExpressibleByStringInterpolation, Sendable {
        let value: String

        public init(stringLiteral value: String) {
            self.value = value
        }
    }

    public enum MetadataValue: Sendable {
        case string(String)
    }

    public typealias Metadata = [String: MetadataValue]

    let label: String

    public init(label: String) {
        self.label = label
    }

    public func log(
        level: Level, _ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil,
        source: @autoclosure () -> String? = nil, file: String = #fileID, function: String = #function,
        line: UInt = #line
    ) {
        print(level.rawValue, label, source() ?? "", message().value, metadata() ?? [:])
    }
}
