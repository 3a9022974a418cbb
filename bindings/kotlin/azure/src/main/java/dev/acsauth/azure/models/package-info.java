/** The arguments and results of the client's operations, as in {@code com.azure.communication.identity.models}. */
package dev.acsauth.azure.models;
