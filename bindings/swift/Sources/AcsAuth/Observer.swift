internal import AcsAuthNative

/// What happened. More kinds may be added.
public enum Event: Sendable, Equatable {
    /// A token was found in this process's cache.
    case cacheHit
    /// A token was found in the cache that processes share.
    case sharedCacheHit
    /// A caller got what another one's exchange brought.
    case coalesced
    /// A cached rejection was returned.
    case negativeCacheHit
    /// An exchange waited for the limit, or was given up because its deadline was too close.
    case limited(wait: Duration, rejected: Bool)
    /// The service said 429: all exchanges pause.
    case paused(wait: Duration)
    /// The service was asked for a token, and why it gave none; retries are included in the time.
    case exchanged(error: ErrorKind?, took: Duration)
    /// A user was signed out.
    case signedOut
    /// A request was answered by the handler; the route is such as "/api/token/teams", or "other" for what is none.
    case requestCompleted(route: String, status: Int, took: Duration)
    /// Events are missing here, because the observer was slower than they came.
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

/// Who is told what happens, to count and time it.
public protocol Observer: Sendable {
    /// Is told, on a thread of the library's own, one event at a time and in their order. A slow one delays no call: up to
    /// 4096 events wait for it, and further ones are dropped, which `Event.dropped` says in their place. Events that are
    /// queued when the last reference to an exchanger or handler goes are delivered afterwards.
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
