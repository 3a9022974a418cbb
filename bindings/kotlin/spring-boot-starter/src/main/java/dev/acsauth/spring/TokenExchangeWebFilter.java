package dev.acsauth.spring;

import dev.acsauth.Header;
import dev.acsauth.Response;
import dev.acsauth.TokenExchangeHandler;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Serves a handler. It is a filter, after those of Spring Security, because the handler answers CORS preflights itself. */
final class TokenExchangeWebFilter implements WebFilter {
    private final TokenExchangeHandler handler;
    private final List<PathPattern> paths;

    TokenExchangeWebFilter(TokenExchangeHandler handler, List<String> paths) {
        this.handler = handler;
        this.paths = paths.stream()
                .map(path -> PathPatternParser.defaultInstance.parse(path.endsWith("/*") ? path + "*" : path))
                .toList();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        PathContainer path = request.getPath().pathWithinApplication();
        if (paths.stream().noneMatch(pattern -> pattern.matches(path))) {
            return chain.filter(exchange);
        }
        List<Header> headers = new ArrayList<>();
        request.getHeaders().forEach((name, values) -> values.forEach(value -> headers.add(new Header(name, value))));
        return Mono.fromFuture(() -> handler.handleAsync(Requests.of(
                        request.getMethod().name(), path.value(), request.getURI().getRawQuery(), headers,
                        request.getHeaders().getContentLength())))
                .flatMap(answer -> write(exchange.getResponse(), answer));
    }

    private static Mono<Void> write(ServerHttpResponse response, Response answer) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.getStatus()));
        answer.getHeaders().forEach(header -> response.getHeaders().add(header.getName(), header.getValue()));
        response.getHeaders().setContentLength(answer.getBody().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer.getBody())));
    }
}
