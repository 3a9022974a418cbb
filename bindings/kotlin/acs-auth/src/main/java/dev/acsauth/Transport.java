package dev.acsauth;

/**
 * An HTTP stack of the host's in place of the library's: a company's own, or in a test a function that answers in process, so that
 * nothing reaches the network.
 *
 * <p>The library still signs, retries and bounds the time: a transport sends one request once. The options of connections (proxies,
 * certificates, timeouts) are then its own matter. It sends the URL byte for byte, adds Host and Content-Length by itself, follows no
 * redirect, decompresses the body if it asked for compression, and logs neither headers nor bodies.
 */
@FunctionalInterface
public interface Transport {
    /**
     * Sends the request once. It is called on a thread of the library's own, which it may block; the attempt ends in its time, and the
     * call at its deadline, all the same. At most 16 such calls, and those of token credentials, run at once in a process: when all of
     * them hang, a further one is not made, and fails as not sent after 5 seconds.
     *
     * @throws TransportFailure if no usable response came, with what a retry may conclude
     * @throws Exception what else it throws fails the attempt as lost, and is named by its class alone
     */
    TransportResponse send(TransportRequest request) throws Exception;
}
