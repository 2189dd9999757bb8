package dev.journey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

    private static final int LIMIT = 65_536;

    private final RequestBody requestBody = limitedTo(LIMIT);

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "ä", "€", "𝄞", "a€𝄞ä"})
    void countsBytesAndNotCharacters(String text) {
        int size = text.getBytes(StandardCharsets.UTF_8).length;

        assertThat(limitedTo(size).text(body(text))).isEqualTo(text);
        if (size > 0) {
            assertThatExceptionOfType(BodyTooLargeException.class)
                    .isThrownBy(() -> limitedTo(size - 1).text(body(text)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256, 257, 511, 512, 65_535, 65_536})
    void readsUpToTheLimit(int size) {
        String text = "x".repeat(size);

        assertThat(requestBody.text(body(text))).isEqualTo(text);
    }

    @Test
    void takesWhatIsLeftOfABodyThatIsTooLarge() throws IOException {
        InputStream body = body("x".repeat(1_000_000));

        assertThatExceptionOfType(BodyTooLargeException.class).isThrownBy(() -> requestBody.text(body));
        assertThat(body.read()).isNegative();
    }

    @Test
    void doesNotTakeABodyWithoutEnd() {
        Endless body = new Endless();

        assertThatExceptionOfType(BodyTooLargeException.class).isThrownBy(() -> requestBody.text(body));
        assertThat(body.size).isLessThan(3 * 1024 * 1024);
    }

    @Test
    void doesNotWaitForASlowBody() {
        RequestBody impatient = new RequestBody(LIMIT, Duration.ZERO);

        assertThatExceptionOfType(BodyTooSlowException.class).isThrownBy(() -> impatient.text(body("x")));
        assertThatExceptionOfType(BodyTooSlowException.class)
                .isThrownBy(() -> requestBody.text(failing(new SocketTimeoutException())));
    }

    @Test
    void aBodyThatBreaksOffIsMalformed() {
        assertThatExceptionOfType(BodyMalformedException.class)
                .isThrownBy(() -> requestBody.text(failing(new IOException())));
    }

    @Test
    void takesWhatComesBitByBit() {
        String text = "a€𝄞ä".repeat(1_000);
        InputStream slow = new FilterInputStream(body(text)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return super.read(bytes, offset, Math.min(length, 3));
            }
        };

        assertThat(requestBody.text(slow)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xFF, 0xC3, 0x80})
    void whatIsNotUtf8IsMalformed(int value) {
        byte[] body = {'{', (byte) value};

        assertThatExceptionOfType(BodyMalformedException.class)
                .isThrownBy(() -> requestBody.text(new ByteArrayInputStream(body)));
    }

    private static RequestBody limitedTo(int size) {
        return new RequestBody(size, Duration.ofMinutes(1));
    }

    private static InputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }

    private static final class Endless extends InputStream {

        private long size;

        @Override
        public int read() {
            size++;
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            size += length;
            return length;
        }
    }
}
