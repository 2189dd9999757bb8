package dev.journey.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Reads a request's body as text, up to a size and within a time. */
@Component
public class RequestBody {

    private static final int DISCARD_LIMIT = 2 * 1024 * 1024;
    private static final int BUFFER_SIZE = 8 * 1024;

    private final Duration timeLimit;

    /** @param timeLimit how long a body may take; what the last read waits comes on top */
    RequestBody(@Value("${http.body-time-limit}") Duration timeLimit) {
        this.timeLimit = timeLimit;
    }

    /**
     * Reads the body of the request that an exchange is of to its end, into the message.
     *
     * @param limit the most that is read, in bytes
     * @throws BodyTooLargeException if the body is larger than the limit
     * @throws BodyTooSlowException if the client takes too long
     * @throws BodyMalformedException if it does not come whole, or is not UTF-8 (RFC 8259, section 8.1)
     */
    public void read(int limit, Exchange exchange) {
        HttpServletRequest request =
                exchange.getMessage(PlatformHttpMessage.class).getRequest();
        try {
            exchange.getMessage().setBody(text(reader(request.getInputStream()), limit));
        } catch (IOException e) {
            throw new BodyMalformedException();
        }
    }

    String text(Reader body, int limit) {
        long end = end();
        StringBuilder text = new StringBuilder();
        char[] characters = new char[BUFFER_SIZE];
        int size = 0;
        try {
            for (int read; (read = body.read(characters)) >= 0; text.append(characters, 0, read)) {
                size += bytes(characters, read);
                if (size > limit) {
                    discard(body, end);
                    throw new BodyTooLargeException();
                }
                if (isOver(end)) {
                    throw new BodyTooSlowException();
                }
            }
            return text.toString();
        } catch (SocketTimeoutException e) {
            throw new BodyTooSlowException();
        } catch (IOException e) {
            throw new BodyMalformedException();
        }
    }

    /** Takes what is left of a body, as far as can be expected: a client that is still sending reads no answer. */
    void discard(InputStream body) {
        discard(new InputStreamReader(notAhead(body), StandardCharsets.ISO_8859_1), end());
    }

    static Reader reader(InputStream body) {
        return new InputStreamReader(notAhead(body), StandardCharsets.UTF_8.newDecoder());
    }

    // A reader goes on as long as there is more, and the server says that there always is.
    private static InputStream notAhead(InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static void discard(Reader body, long end) {
        char[] characters = new char[BUFFER_SIZE];
        int size = 0;
        try {
            for (int read; size < DISCARD_LIMIT && !isOver(end) && (read = body.read(characters)) >= 0; ) {
                size += read;
            }
        } catch (IOException e) {
            // There is no more of it, then.
        }
    }

    private long end() {
        return System.nanoTime() + timeLimit.toNanos();
    }

    private static boolean isOver(long end) {
        return System.nanoTime() - end > 0;
    }

    private static int bytes(char[] characters, int length) {
        int bytes = 0;
        for (int index = 0; index < length; index++) {
            bytes += bytes(characters[index]);
        }
        return bytes;
    }

    // Each half of a surrogate pair is half of four bytes (RFC 3629).
    private static int bytes(char character) {
        if (character < 0x80) {
            return 1;
        }
        return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }
}
