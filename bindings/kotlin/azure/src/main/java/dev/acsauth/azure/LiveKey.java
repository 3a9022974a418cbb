package dev.acsauth.azure;

import com.azure.core.credential.AzureKeyCredential;
import java.util.function.Consumer;

/** Hands a client the key of an {@link AzureKeyCredential} whenever it has been updated. */
final class LiveKey {
    private final AzureKeyCredential credential;
    private final Consumer<String> update;
    private volatile String used;

    /** {@code credential} is null where the client has no such credential. */
    LiveKey(AzureKeyCredential credential, Consumer<String> update) {
        this.credential = credential;
        this.update = update;
        this.used = credential == null ? null : credential.getKey();
    }

    /** To be called before each operation. */
    void refresh() {
        if (credential == null || credential.getKey().equals(used)) {
            return;
        }
        synchronized (this) {
            String now = credential.getKey();
            if (!now.equals(used)) {
                update.accept(now);
                used = now;
            }
        }
    }
}
