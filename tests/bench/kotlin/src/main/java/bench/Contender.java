package bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A client: one that blocks, or one that returns futures. */
interface Contender {
    void exchange();

    CompletableFuture<?> exchangeAsync();

    static Contender of(String name, Exchange exchange, boolean waits) throws IOException {
        return switch (name) {
            case "official" -> new Official(exchange, waits);
            case "ours" -> new Ours(exchange, waits);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
