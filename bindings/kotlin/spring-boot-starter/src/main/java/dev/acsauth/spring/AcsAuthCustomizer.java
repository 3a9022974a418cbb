package dev.acsauth.spring;

/**
 * Sets further options of what the starter builds. A bean of this type for a builder, such as
 * {@code AcsAuthCustomizer<CommunicationIdentityClientBuilder>}, is called before the builder builds; beans are called in their order.
 *
 * @param <B> the builder: CommunicationIdentityClientBuilder, TeamsTokenExchangerBuilder or TokenExchangeHandlerBuilder
 */
@FunctionalInterface
public interface AcsAuthCustomizer<B> {
    /** Sets options; they go over those of the properties. */
    void customize(B builder);
}
