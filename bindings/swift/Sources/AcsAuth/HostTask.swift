import Dispatch

/// Passes a task's result to the waiting thread. The value is written before the semaphore is signalled, and read after it.
private final class Given<T: Sendable>: @unchecked Sendable {
    let isThere = DispatchSemaphore(value: 0)
    var value: T?
}

/// Runs the program's code in a task and blocks this library thread until it ends. After the timeout it cancels the task and
/// returns `nil`; without a timeout it waits until the task ends.
func waited<T: Sendable>(atMost timeout: Duration? = nil, _ work: @escaping @Sendable () async -> T) -> T? {
    let given = Given<T>()
    let task = Task.detached {
        given.value = await work()
        given.isThere.signal()
    }
    guard let milliseconds = timeout?.inMilliseconds else {
        given.isThere.wait()
        return given.value
    }
    guard given.isThere.wait(timeout: .now() + .milliseconds(Int(clamping: milliseconds))) == .success else {
        task.cancel()
        return nil
    }
    return given.value
}
