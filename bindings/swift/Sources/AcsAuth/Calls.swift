/// Calls generated code, and converts its errors.
func calling<T>(_ work: () throws -> T) throws(AcsAuthError) -> T {
    do {
        return try work()
    } catch {
        throw AcsAuthError(error)
    }
}
