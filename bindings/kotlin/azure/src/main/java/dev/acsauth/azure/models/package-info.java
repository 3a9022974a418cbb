/** What the client's operations take and give, as {@code com.azure.communication.identity.models} has it. */
package dev.acsauth.azure.models;
