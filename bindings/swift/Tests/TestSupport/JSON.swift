import AcsAuth
import Foundation

/// A JSON value that can be compared and sent.
package enum JSON: Equatable, Sendable, Codable, CustomStringConvertible {
    case null
    case bool(Bool)
    case number(Int)
    case real(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let members = try? value.decode([String: JSON].self) {
            self = .object(members)
        } else if let items = try? value.decode([JSON].self) {
            self = .list(items)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let real = try? value.decode(Double.self) {
            self = .real(real)
        } else if value.decodeNil() {
            self = .null
        } else {
            throw Failure("no JSON")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .number(let number): try value.encode(number)
        case .real(let real): try value.encode(real)
        case .text(let text): try value.encode(text)
        case .list(let items): try value.encode(items)
        case .object(let members): try value.encode(members)
        }
    }

    package static func parse(_ data: Data) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: data)
    }

    /// The JSON text without spaces and with sorted keys, as cases compare it.
    package var compact: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Every value of this type can be written.
        return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
    }

    package var description: String { compact }

    package subscript(_ name: String) -> JSON {
        if case .object(let members) = self { return members[name] ?? .null }
        return .null
    }

    package var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    package var number: Int? {
        if case .number(let number) = self { return number }
        return nil
    }

    package var bool: Bool? {
        if case .bool(let bool) = self { return bool }
        return nil
    }

    package var list: [JSON] {
        if case .list(let items) = self { return items }
        return []
    }

    package var members: [String: JSON] {
        if case .object(let members) = self { return members }
        return [:]
    }
}

extension JSON {
    package init(_ text: String?) {
        self = text.map(JSON.text) ?? .null
    }

    package init(_ number: Int?) {
        self = number.map(JSON.number) ?? .null
    }

    package init(texts: [String]) {
        self = .list(texts.map(JSON.text))
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(Dictionary(members) { $1 })
    }

    package init(arrayLiteral items: JSON...) {
        self = .list(items)
    }
}

/// The reason why a test failed.
package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

package func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !holds { throw Failure(otherwise()) }
}

/// Returns the library's error; it fails if there is none.
package func failure<T>(_ work: () throws -> T) throws -> AcsAuthError {
    do {
        _ = try work()
    } catch let error as AcsAuthError {
        return error
    }
    throw Failure("it succeeded")
}

/// Returns the library's error; it fails if there is none.
package func failure<T>(isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> sending T) async throws -> AcsAuthError {
    do {
        _ = try await work()
    } catch let error as AcsAuthError {
        return error
    }
    throw Failure("it succeeded")
}
