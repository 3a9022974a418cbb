package dev.acsauth;

/**
 * Receives events, to count and time them. A slow one delays no call: up to 4096 events wait for it, and further ones are
 * dropped, which {@link Event.Dropped} reports. What it throws is logged.
 */
@FunctionalInterface
public interface Observer {
    /**
     * Something happened. It is called on a thread of the library's own, one event at a time and in their order. Closing an
     * exchanger or handler does not drop the events that are queued: they are delivered afterwards.
     */
    void onEvent(Event event);
}
