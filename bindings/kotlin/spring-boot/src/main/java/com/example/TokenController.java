package com.example;

import dev.acsauth.Header;
import dev.acsauth.Request;
import dev.acsauth.TokenExchangeHandler;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class TokenController {
    private final TokenExchangeHandler handler;

    public TokenController(TokenExchangeHandler handler) {
        this.handler = handler;
    }

    @RequestMapping({"/api/**", "/healthz", "/livez", "/readyz"})
    CompletableFuture<ResponseEntity<byte[]>> answer(HttpServletRequest request, @RequestBody(required = false) byte[] body) {
        List<Header> headers = Collections.list(request.getHeaderNames()).stream()
                .flatMap(name -> Collections.list(request.getHeaders(name)).stream().map(value -> new Header(name, value)))
                .toList();
        String query = request.getQueryString();
        String path = request.getRequestURI() + (query == null ? "" : "?" + query);
        return handler.handleAsync(new Request(request.getMethod(), path, headers, body == null ? new byte[0] : body))
                .thenApply(answer -> {
                    HttpHeaders given = new HttpHeaders();
                    answer.getHeaders().forEach(header -> given.add(header.getName(), header.getValue()));
                    return ResponseEntity.status(answer.getStatus()).headers(given).body(answer.getBody());
                });
    }
}
