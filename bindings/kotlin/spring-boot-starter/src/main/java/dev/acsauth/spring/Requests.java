package dev.acsauth.spring;

import dev.acsauth.Header;
import dev.acsauth.Request;
import java.util.List;

/** Requests of a server as the handler takes them. */
final class Requests {
    /** What a handler accepts: 16 KiB. */
    private static final int LONGEST_BODY = 16 * 1024;

    private Requests() {
    }

    /**
     * A request for the handler. It reads no body and only rejects a long one, so nobody waits for the body: one of the declared
     * length stands for it.
     */
    static Request of(String method, String path, String query, List<Header> headers, long contentLength) {
        int length = (int) Math.max(0, Math.min(contentLength, LONGEST_BODY + 1));
        return new Request(method, query == null ? path : path + "?" + query, headers, new byte[length]);
    }
}
