internal import AcsAuthNative

/// An event. More kinds may be added.
public enum Event: Sendable, Equatable {
    /// A token was found in this process's cache.
    case cacheHit
    /// A token was found in the shared cache.
    case sharedCacheHit
    /// A caller got the result of another caller's exchange.
    case coalesced
    /// A cached rejection was returned.
    case negativeCacheHit
    /// An exchange waited for the limit this long, or was rejected because it would have had to.
    case limited(wait: Duration, rejected: Bool)
    /// The service returned 429: all exchanges pause this long.
    case paused(wait: Duration)
    /// A token was exchanged, or the exchange failed with this error. The time includes retries.
    case exchanged(error: ErrorKind?, took: Duration)
    /// A user was signed out.
    case signedOut
    /// The handler answered a request. The route is its path, such as "/api/token/teams", or "other" for an unknown path.
    case requestCompleted(route: String, status: Int, took: Duration)
    /// This many events were dropped here because the observer was too slow.
    case dropped(count: UInt64)

    fileprivate init(_ event: AcsAuthNative.Event) {
        self =
            switch event {
            case .cacheHit: .cacheHit
            case .sharedCacheHit: .sharedCacheHit
            case .coalesced: .coalesced
            case .negativeCacheHit: .negativeCacheHit
            case .limited(let waitUs, let rejected): .limited(wait: .init(us: waitUs), rejected: rejected)
            case .paused(let waitUs): .paused(wait: .init(us: waitUs))
            case .exchanged(let error, let tookUs): .exchanged(error: error.map(ErrorKind.init), took: .init(us: tookUs))
            case .signedOut: .signedOut
            case .dropped(let count): .dropped(count: count)
            case .requestCompleted(let route, let status, let tookUs):
                .requestCompleted(route: route, status: Int(status), took: .init(us: tookUs))
            }
    }
}

/// Receives events, to count and time them.
public protocol Observer: Sendable {
    /// Receives an event on a library thread, one event at a time and in order. A slow observer delays no call: up to
    /// 4096 events are queued; further ones are dropped, and an ``Event/dropped(count:)`` takes their place. Queued events
    /// are still delivered after the last reference to an exchanger or handler is released.
    func onEvent(_ event: Event)
}

final class ObserverAdapter: AcsAuthNative.Observer {
    private let observer: any Observer

    init(_ observer: any Observer) {
        self.observer = observer
    }

    func onEvent(event: AcsAuthNative.Event) {
        observer.onEvent(Event(event))
    }
}
