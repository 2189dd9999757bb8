package dev.journey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

    private static final int LIMIT = 65_536;

    private final RequestBody requestBody = new RequestBody(Duration.ofMinutes(1));

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "ä", "€", "𝄞", "a€𝄞ä"})
    void countsBytesAndNotCharacters(String text) {
        int size = text.getBytes(StandardCharsets.UTF_8).length;

        assertThat(requestBody.text(body(text), size)).isEqualTo(text);
        if (size > 0) {
            assertThatExceptionOfType(BodyTooLargeException.class)
                    .isThrownBy(() -> requestBody.text(body(text), size - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_191, 8_192, 8_193, 65_535, 65_536})
    void readsUpToTheLimit(int size) {
        String text = "x".repeat(size);

        assertThat(requestBody.text(body(text), LIMIT)).isEqualTo(text);
    }

    @Test
    void takesWhatIsLeftOfABodyThatIsTooLarge() throws IOException {
        Reader body = body("x".repeat(1_000_000));

        assertThatExceptionOfType(BodyTooLargeException.class).isThrownBy(() -> requestBody.text(body, LIMIT));
        assertThat(body.read()).isNegative();
    }

    @Test
    void doesNotTakeABodyWithoutEnd() {
        Endless body = new Endless();

        assertThatExceptionOfType(BodyTooLargeException.class).isThrownBy(() -> requestBody.text(body, LIMIT));
        assertThat(body.size).isLessThan(3 * 1024 * 1024);
    }

    @Test
    void doesNotWaitForASlowBody() {
        RequestBody impatient = new RequestBody(Duration.ZERO);

        assertThatExceptionOfType(BodyTooSlowException.class).isThrownBy(() -> impatient.text(body("x"), LIMIT));
        assertThatExceptionOfType(BodyTooSlowException.class)
                .isThrownBy(() -> requestBody.text(failing(new SocketTimeoutException()), LIMIT));
    }

    @Test
    void aBodyThatBreaksOffIsMalformed() {
        assertThatExceptionOfType(BodyMalformedException.class)
                .isThrownBy(() -> requestBody.text(failing(new IOException()), LIMIT));
    }

    private static Reader body(String text) {
        return new StringReader(text);
    }

    private static Reader failing(IOException failure) {
        return new Reader() {
            @Override
            public int read(char[] characters, int offset, int length) throws IOException {
                throw failure;
            }

            @Override
            public void close() {}
        };
    }

    private static final class Endless extends Reader {

        private long size;

        @Override
        public int read(char[] characters, int offset, int length) {
            size += length;
            return length;
        }

        @Override
        public void close() {}
    }
}
