package bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One contender in a JVM of its own. A line of input has the number of exchanges in flight and in all; when they are done, it
 * prints their number. With "first", it prints instead the time from the JVM's start to the end of its first exchange, in
 * milliseconds.
 */
final class Bench {
    /** Arguments: official or ours; blocking, future, suspend or first; connection string, CA file, token, client id, user. */
    public static void main(String[] arguments) {
        try {
            String form = arguments[1];
            Exchange exchange = new Exchange(arguments);
            if (form.equals("suspend")) {
                serve(Suspending.rounds(arguments[0], exchange));
            } else {
                Contender contender = Contender.of(arguments[0], exchange, !form.equals("future"));
                switch (form) {
                    case "first" -> first(contender);
                    case "blocking" -> serve((inFlight, exchanges) -> blocking(contender, inFlight, exchanges));
                    case "future" -> serve((inFlight, exchanges) -> futures(contender, inFlight, exchanges));
                    default -> throw new IllegalArgumentException(form);
                }
            }
            System.exit(0);
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void first(Contender contender) {
        contender.exchange();
        System.out.println(System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    interface Rounds {
        void run(int inFlight, int exchanges) throws Exception;
    }

    private static void serve(Rounds rounds) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] numbers = line.split(" ");
            int exchanges = Integer.parseInt(numbers[1]);
            rounds.run(Integer.parseInt(numbers[0]), exchanges);
            System.out.println(exchanges);
        }
    }

    /** The threads live as long as the process, as a server's do. */
    private static final ExecutorService POOL = Executors.newCachedThreadPool();

    private static void blocking(Contender contender, int inFlight, int exchanges) throws Exception {
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < inFlight; worker++) {
            workers.add(POOL.submit(() -> {
                for (int at = 0; at < exchanges / inFlight; at++) {
                    contender.exchange();
                }
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
    }

    private static void futures(Contender contender, int inFlight, int exchanges) throws Exception {
        AtomicInteger left = new AtomicInteger(exchanges);
        CompletableFuture<?>[] chains = new CompletableFuture<?>[inFlight];
        for (int at = 0; at < inFlight; at++) {
            chains[at] = next(contender, left);
        }
        CompletableFuture.allOf(chains).get();
    }

    private static CompletableFuture<?> next(Contender contender, AtomicInteger left) {
        return left.getAndDecrement() <= 0
                ? CompletableFuture.completedFuture(null)
                : contender.exchangeAsync().thenCompose(token -> next(contender, left));
    }
}
