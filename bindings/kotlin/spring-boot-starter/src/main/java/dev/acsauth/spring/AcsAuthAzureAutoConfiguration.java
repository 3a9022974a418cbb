package dev.acsauth.spring;

import dev.acsauth.TokenCredential;
import dev.acsauth.azure.AzureTokenCredential;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Authenticates with a bean that is a credential of azure-core, if acs-auth-azure is on the class path. */
@AutoConfiguration(before = AcsAuthAutoConfiguration.class)
@ConditionalOnClass(AzureTokenCredential.class)
public class AcsAuthAzureAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(com.azure.core.credential.TokenCredential.class)
    TokenCredential acsAuthTokenCredential(com.azure.core.credential.TokenCredential credential) {
        return AzureTokenCredential.of(credential);
    }
}
