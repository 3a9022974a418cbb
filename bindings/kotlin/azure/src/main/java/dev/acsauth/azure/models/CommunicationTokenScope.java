package dev.acsauth.azure.models;

import com.azure.core.util.ExpandableStringEnum;
import java.util.Collection;

/** What an ACS access token allows. Scopes that are not listed here go through as they are. */
public final class CommunicationTokenScope extends ExpandableStringEnum<CommunicationTokenScope> {
    /** Chat, fully. */
    public static final CommunicationTokenScope CHAT = fromString("chat");

    /** Joins chat threads, and may create none. */
    public static final CommunicationTokenScope CHAT_JOIN = fromString("chat.join");

    /** Joins chat threads, and may not add others. */
    public static final CommunicationTokenScope CHAT_JOIN_LIMITED = fromString("chat.join.limited");

    /** Calls. */
    public static final CommunicationTokenScope VOIP = fromString("voip");

    /** Joins calls, and may start none. */
    public static final CommunicationTokenScope VOIP_JOIN = fromString("voip.join");

    /**
     * Makes a scope without a text.
     *
     * @deprecated use {@link #fromString(String)}
     */
    @Deprecated
    public CommunicationTokenScope() {
    }

    /** The scope with this text. */
    public static CommunicationTokenScope fromString(String name) {
        return fromString(name, CommunicationTokenScope.class);
    }

    /** The scopes that are known to this process. */
    public static Collection<CommunicationTokenScope> values() {
        return values(CommunicationTokenScope.class);
    }
}
