package dev.acsauth.azure.models;

import com.azure.core.util.ExpandableStringEnum;
import java.util.Collection;

/** The scope of an ACS token. Scopes that are not listed here are passed through unchanged. */
public final class CommunicationTokenScope extends ExpandableStringEnum<CommunicationTokenScope> {
    /** Full access to chat. */
    public static final CommunicationTokenScope CHAT = fromString("chat");

    /** Chat, without creating or deleting threads. */
    public static final CommunicationTokenScope CHAT_JOIN = fromString("chat.join");

    /** Like {@link #CHAT_JOIN}, without adding or removing participants. */
    public static final CommunicationTokenScope CHAT_JOIN_LIMITED = fromString("chat.join.limited");

    /** Full access to calling. */
    public static final CommunicationTokenScope VOIP = fromString("voip");

    /** Joining calls, without starting any. */
    public static final CommunicationTokenScope VOIP_JOIN = fromString("voip.join");

    /**
     * Creates a scope without a text.
     *
     * @deprecated use {@link #fromString(String)}
     */
    @Deprecated
    public CommunicationTokenScope() {
    }

    /** Returns the scope with this text. */
    public static CommunicationTokenScope fromString(String name) {
        return fromString(name, CommunicationTokenScope.class);
    }

    /** Returns the scopes known to this process. */
    public static Collection<CommunicationTokenScope> values() {
        return values(CommunicationTokenScope.class);
    }
}
