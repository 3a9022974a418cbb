package dev.acsauth.spring;

import dev.acsauth.Event;
import dev.acsauth.Observer;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts and times what an exchanger or a handler does:
 *
 * <ul>
 *   <li>{@code acs.auth.cache}, a counter, by {@code result}: hit, shared_hit, negative_hit or coalesced
 *   <li>{@code acs.auth.exchanges}, a timer, by {@code error}: the kind of the error, or none
 *   <li>{@code acs.auth.limited}, a timer of the waits for the limit, by {@code rejected}: true or false
 *   <li>{@code acs.auth.paused}, a timer of the pauses that the service requested
 *   <li>{@code acs.auth.sign.outs}, a counter
 *   <li>{@code acs.auth.requests}, a timer of the handler's requests, by {@code route} and {@code status}
 *   <li>{@code acs.auth.events.dropped}, a counter of events that arrived faster than they were counted
 * </ul>
 */
public final class MicrometerObserver implements Observer {
    private final MeterRegistry registry;

    /** Creates an observer with its meters in this registry. */
    public MicrometerObserver(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof Event.CacheHit) {
            cache("hit");
        } else if (event instanceof Event.SharedCacheHit) {
            cache("shared_hit");
        } else if (event instanceof Event.NegativeCacheHit) {
            cache("negative_hit");
        } else if (event instanceof Event.Coalesced) {
            cache("coalesced");
        } else if (event instanceof Event.Exchanged it) {
            String error = it.getError() == null ? "none" : it.getError().toString();
            registry.timer("acs.auth.exchanges", "error", error).record(it.getTook());
        } else if (event instanceof Event.Limited it) {
            registry.timer("acs.auth.limited", "rejected", Boolean.toString(it.isRejected())).record(it.getWait());
        } else if (event instanceof Event.Paused it) {
            registry.timer("acs.auth.paused").record(it.getWait());
        } else if (event instanceof Event.SignedOut) {
            registry.counter("acs.auth.sign.outs").increment();
        } else if (event instanceof Event.RequestCompleted it) {
            registry.timer("acs.auth.requests", "route", it.getRoute(), "status", Integer.toString(it.getStatus())).record(it.getTook());
        } else if (event instanceof Event.Dropped it) {
            registry.counter("acs.auth.events.dropped").increment(it.getCount());
        }
    }

    private void cache(String result) {
        registry.counter("acs.auth.cache", "result", result).increment();
    }
}
