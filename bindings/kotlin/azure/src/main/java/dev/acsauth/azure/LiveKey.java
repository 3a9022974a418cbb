package dev.acsauth.azure;

import com.azure.core.credential.AzureKeyCredential;
import java.util.function.Consumer;

/** Updates a client's access key when its {@link AzureKeyCredential} has been updated. */
final class LiveKey {
    private final AzureKeyCredential credential;
    private volatile String used;

    /** Reads the key. {@code credential} is null if the client has no such credential. */
    LiveKey(AzureKeyCredential credential) {
        this.credential = credential;
        this.used = credential == null ? null : credential.getKey();
    }

    /** Returns the key that was read. The client must be built with it: a key that was read at another time might differ. */
    String used() {
        return used;
    }

    /** Passes the current key to {@code update} unless the client has it. Call before each operation. */
    void refresh(Consumer<String> update) {
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
