/// `${…}`: values that are known only when a case runs.
struct Scope {
    private var names: [String: JSON] = [:]

    mutating func name(_ name: String, _ value: JSON) throws {
        try require(names.updateValue(value, forKey: name) == nil, "\(name) names two things")
    }

    func fill(_ value: JSON) throws -> JSON {
        switch value {
        case .text(let text): try fill(text)
        case .list(let items): .list(try items.map(fill))
        case .object(let members): .object(try members.mapValues(fill))
        case .null, .bool, .number, .real: value
        }
    }

    private func fill(_ text: String) throws -> JSON {
        if text.hasPrefix("${"), text.firstIndex(of: "}") == text.index(before: text.endIndex) {
            return try lookUp(String(text.dropFirst(2).dropLast()))
        }
        var filled = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            filled += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Failure("\(text): a reference has no end")
            }
            let value = try lookUp(String(rest[start.upperBound..<end]))
            filled += value.text ?? value.compact
            rest = rest[rest.index(after: end)...]
        }
        return .text(filled + rest)
    }

    private func lookUp(_ path: String) throws -> JSON {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var found = names[parts[0]]
        for part in parts.dropFirst() {
            switch found {
            case .list(let items): found = Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }
            case .object(let members): found = members[part]
            default: found = nil
            }
        }
        guard let found else { throw Failure("${\(path)} names nothing") }
        return found
    }
}
