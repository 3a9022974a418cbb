package bench;

import com.azure.communication.identity.CommunicationIdentityAsyncClient;
import com.azure.communication.identity.CommunicationIdentityClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import java.util.concurrent.CompletableFuture;

/** Microsoft's client. It trusts the emulator through the JVM's trust store. */
final class Official implements Contender {
    private final Exchange exchange;
    private CommunicationIdentityClient client;
    private CommunicationIdentityAsyncClient asyncClient;

    Official(Exchange exchange, boolean waits) {
        this.exchange = exchange;
        CommunicationIdentityClientBuilder builder =
                new CommunicationIdentityClientBuilder().connectionString(exchange.connectionString());
        if (waits) {
            client = builder.buildClient();
        } else {
            asyncClient = builder.buildAsyncClient();
        }
    }

    private GetTokenForTeamsUserOptions options() {
        return new GetTokenForTeamsUserOptions(exchange.token(), exchange.clientId(), exchange.user());
    }

    @Override
    public void exchange() {
        client.getTokenForTeamsUser(options());
    }

    @Override
    public CompletableFuture<?> exchangeAsync() {
        return asyncClient.getTokenForTeamsUser(options()).toFuture();
    }
}
