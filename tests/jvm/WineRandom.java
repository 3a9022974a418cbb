import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Provider;
import java.security.SecureRandomSpi;

/**
 * Random numbers for Java under Wine. Windows' own come from the module jdk.crypto.mscapi, which the runtime lacks. To seed other
 * generators, Java lists the network's interfaces with GetAnycastIpAddressTable, which Wine 8 lacks.
 */
public final class WineRandom extends Provider {
    private static final long serialVersionUID = 1L;

    public WineRandom() {
        super("WineRandom", "1", "Random numbers of this machine");
        put("SecureRandom.Wine", Numbers.class.getName());
    }

    public static final class Numbers extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        @Override
        protected void engineSetSeed(byte[] seed) {
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            System.arraycopy(engineGenerateSeed(bytes.length), 0, bytes, 0, bytes.length);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            try (FileInputStream numbers = new FileInputStream("Z:/dev/urandom")) {
                return numbers.readNBytes(count);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
