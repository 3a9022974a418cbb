/**
 * The client of {@code azure-communication-identity} over acs-auth: the same builder, clients and types. A program migrates by
 * replacing {@code com.azure.communication.identity} with {@code dev.acsauth.azure} in its imports.
 */
package dev.acsauth.azure;
