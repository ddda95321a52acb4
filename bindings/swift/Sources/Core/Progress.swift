extension Client {
    /// Follows what is sent from this opened home, until the loop over it is left or its task is cancelled.
    ///
    ///     for await row in try client.progress() { show(row.sent, of: row.size) }
    ///
    /// Rows that nobody has taken yet are held, at most `buffering` of them; past that the oldest go. So a slow screen misses what was in between,
    /// never what came last, and holds up no sending.
    public func progress(buffering: Int = 256) throws -> AsyncStream<ProgressRow> {
        let (rows, continuation) = AsyncStream.makeStream(of: ProgressRow.self, bufferingPolicy: .bufferingNewest(buffering))
        let subscription = try subscribe(observer: Into(continuation: continuation))
        continuation.onTermination = { _ in subscription.end() }
        return rows
    }
}

private final class Into: Observer {
    let continuation: AsyncStream<ProgressRow>.Continuation

    init(continuation: AsyncStream<ProgressRow>.Continuation) {
        self.continuation = continuation
    }

    func progressed(progress: ProgressRow) {
        continuation.yield(progress)
    }
}
