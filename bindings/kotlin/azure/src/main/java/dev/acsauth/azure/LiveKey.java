package dev.acsauth.azure;

import com.azure.core.credential.AzureKeyCredential;
import java.util.function.Consumer;

/** Updates a client's access key when its {@link AzureKeyCredential} has been updated. */
final class LiveKey {
    private final AzureKeyCredential credential;
    private final Consumer<String> update;
    private volatile String used;

    /** {@code credential} is null if the client has no such credential. */
    LiveKey(AzureKeyCredential credential, Consumer<String> update) {
        this.credential = credential;
        this.update = update;
        this.used = credential == null ? null : credential.getKey();
    }

    /** Call before each operation. */
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
