package dev.acsauth;

/** Is told what happens, to count and time it. It must be quick; what it throws is logged and forgotten. */
@FunctionalInterface
public interface Observer {
    /** Something happened. It is called on a thread of the library. */
    void onEvent(Event event);
}
