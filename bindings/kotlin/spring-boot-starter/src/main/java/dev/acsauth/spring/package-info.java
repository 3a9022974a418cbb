/** acs-auth in a Spring Boot application: beans, a token endpoint, health and metrics, by properties that begin with acs-auth. */
package dev.acsauth.spring;
