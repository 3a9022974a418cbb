import Foundation

/// What a value is compared with: a value, or an object with one word.
struct Matcher {
    let scope: Scope
    /// The emulator's clock, in Unix seconds.
    let now: Int

    /// Each member that is named must be there.
    func check(_ found: [String: JSON], _ expected: JSON) throws {
        for name in expected.members.keys where found[name] == nil {
            throw Failure("there is no member \(name) to compare")
        }
        try checkSome(.object(found), expected)
    }

    private func checkSome(_ found: JSON, _ expected: JSON) throws {
        for (name, matcher) in expected.members {
            try matches(name, found[name], try scope.fill(matcher))
        }
    }

    private func matches(_ name: String, _ value: JSON, _ matcher: JSON) throws {
        guard case .object(let words) = matcher else {
            return try require(value == matcher, "\(name): is \(value), not \(matcher)")
        }
        guard words.count == 1, let (word, argument) = words.first else {
            throw Failure("a matcher has one word: \(matcher)")
        }
        if word == "has" { return try checkSome(value, argument) }
        try require(try holds(word, value, argument), "\(name): is \(value), which is not \(word) \(argument)")
    }

    private func holds(_ word: String, _ value: JSON, _ argument: JSON) throws -> Bool {
        let parts = argument.list.map { $0.text ?? "" }
        switch word {
        case "present":
            return argument == .bool(value != .null && value != .text(""))
        case "prefix":
            return value.text?.hasPrefix(argument.text ?? "?") ?? false
        case "contains":
            return !parts.isEmpty && parts.allSatisfy { value.text?.contains($0) ?? false }
        case "lacks":
            return value.text.map { text in !parts.contains { text.contains($0) } } ?? false
        case "ignoring_case":
            return value.text.map { $0.lowercased() == argument.text?.lowercased() } ?? false
        case "between":
            return isWithin(value, argument, from: 0)
        case "seconds_from_now":
            return isWithin(value, argument, from: now)
        case "json":
            return value.text.flatMap { try? JSON.parse(Data($0.utf8)) } == argument
        default:
            throw Failure("there is no word \(word)")
        }
    }

    private func isWithin(_ value: JSON, _ bounds: JSON, from zero: Int) -> Bool {
        guard let number = value.number, bounds.list.count == 2, let least = bounds.list[0].number,
            let most = bounds.list[1].number
        else { return false }
        return (zero + least...zero + most).contains(number)
    }
}
