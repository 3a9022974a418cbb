/** acs-auth in a Spring Boot application: beans, a token endpoint, health and metrics, configured by properties. */
package dev.acsauth.spring;
