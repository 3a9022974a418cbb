/// Calls that do not wait, by the generated code.
func calling<T>(_ work: () throws -> T) throws(AcsAuthError) -> T {
    do {
        return try work()
    } catch {
        throw AcsAuthError(error)
    }
}
