package dev.acsauth.spring;

import dev.acsauth.Header;
import dev.acsauth.Request;
import java.util.List;

/** Converts a server's requests for the handler. */
final class Requests {
    /** The largest body that a handler accepts: 16 KiB. */
    private static final int LONGEST_BODY = 16 * 1024;

    private Requests() {
    }

    /**
     * Returns a request for the handler. The handler doesn't read the body, it only rejects a long one. So the server need not wait for
     * the body either: zeros of the declared length take its place.
     */
    static Request of(String method, String path, String query, List<Header> headers, long contentLength) {
        int length = (int) Math.max(0, Math.min(contentLength, LONGEST_BODY + 1));
        return new Request(method, query == null ? path : path + "?" + query, headers, new byte[length]);
    }
}
