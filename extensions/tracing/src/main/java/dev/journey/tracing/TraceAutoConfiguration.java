package dev.journey.tracing;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** What routes refer to. It is there without tracing as well, so that the same routes run, and sees what an agent traces. */
@AutoConfiguration
public class TraceAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Trace trace() {
        return new Trace();
    }
}
