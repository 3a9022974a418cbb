import Dispatch

/// What a task gives to the thread that waits for it. It is written before the semaphore is signalled and read after that.
private final class Given<T: Sendable>: @unchecked Sendable {
    let isThere = DispatchSemaphore(value: 0)
    var value: T?
}

/// Runs the program's code in a task while a thread of the library's own waits for it. Returns `nil` after the timeout, when
/// the task is cancelled; without a timeout it waits until the task ends.
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
