package dev.acsauth.emulator;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.UUID;

/** Adds the emulator's certificate authority to those that this JVM trusts. */
final class TrustStore {
    private static final String FILE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "javax.net.ssl.trustStorePassword";
    private static final char[] OF_CACERTS = "changeit".toCharArray();

    private TrustStore() {}

    static void add(Path pem) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            addAll(current(), store);
            try (InputStream certificate = Files.newInputStream(pem)) {
                // Under a new name, since the store may already contain another emulator's.
                store.setCertificateEntry("acs-emulator-" + UUID.randomUUID(),
                        CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            }
            Path file = Files.createTempFile("acs-emulator", ".p12");
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, OF_CACERTS);
            }
            System.setProperty(FILE, file.toString());
            System.setProperty(PASSWORD, new String(OF_CACERTS));
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException("The emulator's certificate authority cannot be trusted", failure);
        }
    }

    private static KeyStore current() throws IOException, GeneralSecurityException {
        String named = System.getProperty(FILE);
        if (named != null) {
            return KeyStore.getInstance(new File(named), System.getProperty(PASSWORD, "").toCharArray());
        }
        return KeyStore.getInstance(Path.of(System.getProperty("java.home"), "lib", "security", "cacerts").toFile(), OF_CACERTS);
    }

    private static void addAll(KeyStore from, KeyStore to) throws GeneralSecurityException {
        for (String alias : java.util.Collections.list(from.aliases())) {
            if (from.isCertificateEntry(alias)) {
                to.setCertificateEntry(alias, from.getCertificate(alias));
            }
        }
    }
}
