package bench;

import dev.acsauth.CommunicationIdentityAsyncClient;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** This library's client. */
final class Ours implements Contender {
    private final Exchange exchange;
    private CommunicationIdentityClient client;
    private CommunicationIdentityAsyncClient asyncClient;

    Ours(Exchange exchange, boolean waits) throws IOException {
        this.exchange = exchange;
        CommunicationIdentityClientBuilder builder = new CommunicationIdentityClientBuilder()
                .connectionString(exchange.connectionString())
                .rootCertificatesPem(Files.readAllBytes(Path.of(exchange.caFile())));
        if (waits) {
            client = builder.buildClient();
        } else {
            asyncClient = builder.buildAsyncClient();
        }
    }

    @Override
    public void exchange() {
        client.getTokenForTeamsUser(exchange.token(), exchange.clientId(), exchange.user());
    }

    @Override
    public CompletableFuture<?> exchangeAsync() {
        return asyncClient.getTokenForTeamsUser(exchange.token(), exchange.clientId(), exchange.user());
    }
}
