package dev.acsauth.spring;

/**
 * Sets options for which the starter has no property. A bean of this type for a builder, such as
 * {@code AcsAuthCustomizer<CommunicationIdentityClientBuilder>}, is called before the builder builds. Several beans are called in
 * their order.
 *
 * @param <B> the builder: CommunicationIdentityClientBuilder, TeamsTokenExchangerBuilder or TokenExchangeHandlerBuilder
 */
@FunctionalInterface
public interface AcsAuthCustomizer<B> {
    /** Sets options, which override the properties. */
    void customize(B builder);
}
