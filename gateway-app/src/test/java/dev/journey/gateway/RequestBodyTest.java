package dev.journey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

    private final RequestBody requestBody = new RequestBody();

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "ä", "€", "𝄞", "a€𝄞ä"})
    void countsBytesAndNotCharacters(String text) throws IOException {
        int size = text.getBytes(StandardCharsets.UTF_8).length;

        assertThat(requestBody.read(new StringReader(text), size)).isEqualTo(text);
        if (size > 0) {
            assertThatExceptionOfType(BodyTooLargeException.class)
                    .isThrownBy(() -> requestBody.read(new StringReader(text), size - 1));
        }
    }

    @Test
    void noBodyIsEmpty() throws IOException {
        assertThat(requestBody.read(null, 1)).isEmpty();
    }
}
