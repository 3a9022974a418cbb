package dev.acsauth.spring;

import dev.acsauth.Event;
import dev.acsauth.Observer;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/** Passes each event on to several observers, even if one of them throws. */
final class Observers implements Observer {
    private final List<Observer> observers;

    private Observers(List<Observer> observers) {
        this.observers = observers;
    }

    static Optional<Observer> of(ObjectProvider<Observer> beans) {
        List<Observer> observers = beans.orderedStream().toList();
        return observers.isEmpty() ? Optional.empty() : Optional.of(new Observers(observers));
    }

    @Override
    public void onEvent(Event event) {
        RuntimeException thrown = null;
        for (Observer observer : observers) {
            try {
                observer.onEvent(event);
            } catch (RuntimeException failure) {
                thrown = thrown == null ? failure : thrown;
            }
        }
        // The library logs the first exception.
        if (thrown != null) {
            throw thrown;
        }
    }
}
