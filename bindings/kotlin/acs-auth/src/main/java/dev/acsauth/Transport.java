package dev.acsauth;

/**
 * Your own HTTP stack instead of the library's: a company's own, or in a test a function that responds in process, so that nothing
 * reaches the network.
 *
 * <p>The library still signs, retries and enforces the deadline: a transport sends one request once. The client's connection options
 * (proxy, certificates, timeouts) then have no effect. A transport must:
 * <ul>
 * <li>send the URL byte for byte,
 * <li>add Host and Content-Length,
 * <li>follow no redirect,
 * <li>decompress the body if it asked for compression,
 * <li>log neither headers nor bodies.
 * </ul>
 */
@FunctionalInterface
public interface Transport {
    /**
     * Sends the request once. It is called on a library thread, which it may block: the attempt still ends by its timeout, and the call
     * by its deadline. At most 16 calls to transports and token credentials run at once in a process. If all of them hang, a further
     * attempt waits for a thread, and fails as {@link FailureKind#NOT_SENT} if it times out meanwhile.
     *
     * @throws TransportFailure if no usable response was received; its kind decides whether the request is retried
     * @throws Exception any other exception fails the attempt as {@link FailureKind#LOST}; only its class is shown
     */
    TransportResponse send(TransportRequest request) throws Exception;
}
