package dev.acsauth.spring;

import dev.acsauth.Header;
import dev.acsauth.Response;
import dev.acsauth.TokenExchangeHandler;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a handler. It is a separate servlet, outside Spring MVC's, because the handler answers CORS preflights itself. It is
 * asynchronous: no container thread waits for an exchange.
 */
final class TokenExchangeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger("dev.acsauth");

    private final transient TokenExchangeHandler handler;

    TokenExchangeServlet(TokenExchangeHandler handler) {
        this.handler = handler;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        List<Header> headers = Collections.list(request.getHeaderNames()).stream()
                .flatMap(name -> Collections.list(request.getHeaders(name)).stream().map(value -> new Header(name, value)))
                .toList();
        String path = request.getRequestURI().substring(request.getContextPath().length());
        AsyncContext async = request.startAsync();
        // No timeout: the handler responds by its own deadline.
        async.setTimeout(0);
        handler.handleAsync(Requests.of(
                        request.getMethod(), path, request.getQueryString(), headers, request.getContentLengthLong()))
                .whenComplete((answer, failure) -> end(response, async, answer, failure));
    }

    private static void end(HttpServletResponse response, AsyncContext async, Response answer, Throwable failure) {
        try {
            if (failure != null) {
                LOG.error("A request failed: {}", failure.getMessage());
                response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                return;
            }
            response.setStatus(answer.getStatus());
            answer.getHeaders().forEach(header -> response.addHeader(header.getName(), header.getValue()));
            response.setContentLength(answer.getBody().length);
            response.getOutputStream().write(answer.getBody());
        } catch (IOException gone) {
            LOG.debug("The caller is gone: {}", gone.getClass().getName());
        } finally {
            async.complete();
        }
    }
}
