package dev.acsauth;

/**
 * Is told what happens, to count and time it. A slow one delays no call: up to 4096 events wait for it, further ones are
 * dropped, which {@link Event.Dropped} says in their place. What it throws is logged and forgotten.
 */
@FunctionalInterface
public interface Observer {
    /**
     * Something happened. It is called on a thread of the library's own, one event at a time and in their order. Closing an
     * exchanger or handler does not drop the events that are queued: they are delivered afterwards.
     */
    void onEvent(Event event);
}
