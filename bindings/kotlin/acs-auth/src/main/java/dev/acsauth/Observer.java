package dev.acsauth;

/**
 * Receives events, to count and time them. A slow observer delays no call: up to 4096 events are queued, and further ones are
 * dropped, which {@link Event.Dropped} reports. Of an exception that it throws, only the class is logged.
 */
@FunctionalInterface
public interface Observer {
    /**
     * Receives an event. It is called on a library thread, one event at a time and in order. Closing an exchanger or handler
     * doesn't drop queued events: they are delivered afterwards.
     */
    void onEvent(Event event);
}
