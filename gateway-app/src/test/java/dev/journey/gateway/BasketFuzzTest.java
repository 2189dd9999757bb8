package dev.journey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * What becomes of a body, whatever it is: a basket, or one of the failures that the routes answer as the caller's. The
 * build tries the bodies that are kept beside it; with {@code JAZZER_FUZZ=1} new ones are made.
 */
class BasketFuzzTest {

    private static final int LIMIT = 65_536;

    private static ObjectMapper json;

    @FuzzTest(maxDuration = "5m")
    void aBodyIsABasketOrRefused(byte[] bytes) {
        RequestBody requestBody = new RequestBody(LIMIT, Duration.ofMinutes(1));
        try {
            String text = requestBody.text(new ByteArrayInputStream(bytes));
            assertThat(text).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
            Basket basket = json().readValue(text, Basket.class);
            if (basket == null) {
                // What the checkout service then refuses, as an empty one.
                assertThat(text.strip()).isEqualTo("null");
            } else {
                assertThat(basket.toRequest().getItemsIDList()).hasSize(basket.itemsID().length);
            }
        } catch (BodyTooLargeException | BodyMalformedException | JacksonException refused) {
            // As the routes expect.
        }
    }

    // As the gateway has it.
    private static synchronized ObjectMapper json() {
        if (json == null) {
            new ApplicationContextRunner()
                    .withInitializer(new ConfigDataApplicationContextInitializer())
                    .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
                    .run(context -> json = context.getBean(ObjectMapper.class));
        }
        return json;
    }
}
