package dev.acsauth.azure;

import com.azure.communication.chat.ChatClientBuilder;
import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import java.time.Duration;

/** Snippets of README.md. ReadmeTest of acs-auth compares them with the page, and the tests of this module run them. */
final class ReadmeSnippets {
    private ReadmeSnippets() {
    }

    static Response<CommunicationUserIdentifier> created(String endpoint, String accessKey) {
        CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .endpoint(endpoint)
                .credential(new AzureKeyCredential(accessKey))
                .customize(builder -> builder.timeout(Duration.ofSeconds(5)))
                .buildClient();
        Response<CommunicationUserIdentifier> created = client.createUserWithResponse(Context.NONE);
        return created;
    }

    static ChatClientBuilder chat(String endpoint, dev.acsauth.CommunicationTokenCredential credential) {
        ChatClientBuilder chat = new ChatClientBuilder()
                .endpoint(endpoint)
                .credential(AzureCommunicationTokenCredential.of(credential));
        return chat;
    }
}
