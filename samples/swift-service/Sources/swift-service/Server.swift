import AcsAuth
import Glibc

/// Accepts connections until it is stopped, and ends when the last request is answered.
actor Server {
    nonisolated let port: UInt16
    private let listener: Socket
    private let handler: TokenExchangeHandler
    private var isStopping = false
    /// Half of the process's descriptors: the others are for requests to ACS and Entra ID, and for Dispatch, which
    /// ends the process if it cannot open one.
    private let maxConnections: Int
    private var connections = 0
    /// Resumed when another connection may be accepted.
    private var room: CheckedContinuation<Void, Never>?
    /// The descriptors of connections that wait for a request. They are cut when the server stops.
    private var idle: Set<Int32> = []

    init(listener: Socket, handler: TokenExchangeHandler) {
        self.listener = listener
        self.handler = handler
        port = listener.port
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        maxConnections = max(1, Int(clamping: limit.rlim_cur) / 2)
    }

    func run() async {
        await withDiscardingTaskGroup { tasks in
            while !isStopping {
                await waitForRoom()
                guard await listener.isReady(.toRead, within: 3600) else { continue }
                guard !isStopping else { break }
                guard let socket = listener.accept() else {
                    // The listener stays ready if the whole system has no free descriptor.
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                connections += 1
                tasks.addTask { await self.serve(socket) }
            }
            listener.close()
        }
    }

    /// Stops accepting connections and ends idle ones. Requests in flight are answered first, by the handler's deadline.
    func stop() {
        isStopping = true
        makeRoom()
        listener.cut()
        for descriptor in idle { Socket(descriptor: descriptor).cut() }
    }

    private func serve(_ socket: Socket) async {
        var connection = Connection(socket: socket)
        while !isStopping {
            idle.insert(socket.descriptor)
            let head = await connection.readHead()
            idle.remove(socket.descriptor)
            guard let head, await answer(head, on: &connection) else { break }
        }
        socket.close()
        connections -= 1
        makeRoom()
    }

    private func waitForRoom() async {
        guard connections >= maxConnections, !isStopping else { return }
        await withCheckedContinuation { room = $0 }
    }

    private func makeRoom() {
        room?.resume()
        room = nil
    }

    /// Answers a request, and returns whether another one may follow.
    private func answer(_ head: Head, on connection: inout Connection) async -> Bool {
        guard let request = await connection.readRequest(head) else {
            _ = await connection.send(status: 400, headers: [], body: .init(), isHead: false, keepsOpen: false)
            return false
        }
        let keepsOpen = head.keepsOpen && !isStopping
        do {
            let response = try await handler.handle(request)
            return await connection.send(
                status: response.status, headers: response.headers, body: response.body,
                isHead: request.method == "HEAD", keepsOpen: keepsOpen)
        } catch {
            return await connection.send(
                status: 503, headers: [], body: .init(), isHead: request.method == "HEAD", keepsOpen: false)
        }
    }
}
