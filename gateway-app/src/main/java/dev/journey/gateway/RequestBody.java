package dev.journey.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Reads a request's body as text, up to a size and within a time. */
@Component
public class RequestBody implements Processor {

    private static final int DISCARD_LIMIT = 2 * 1024 * 1024;
    private static final int DISCARD_BUFFER_SIZE = 8 * 1024;
    private static final int USUAL_SIZE = 256;

    private final int limit;
    private final Duration timeLimit;

    /**
     * @param limit the most that is read, in bytes
     * @param timeLimit how long a body may take; what the last read waits comes on top
     */
    RequestBody(@Value("${http.body-limit}") int limit, @Value("${http.body-time-limit}") Duration timeLimit) {
        this.limit = limit;
        this.timeLimit = timeLimit;
    }

    /**
     * Reads the body of the request that an exchange is of to its end, into the message.
     *
     * @throws BodyTooLargeException if the body is larger than the limit
     * @throws BodyTooSlowException if the client takes too long
     * @throws BodyMalformedException if it does not come whole, or is not UTF-8 (RFC 8259, section 8.1)
     */
    @Override
    public void process(Exchange exchange) {
        HttpServletRequest request =
                exchange.getMessage(PlatformHttpMessage.class).getRequest();
        try {
            exchange.getMessage().setBody(text(request.getInputStream()));
        } catch (IOException e) {
            throw new BodyMalformedException();
        }
    }

    String text(InputStream body) {
        long end = end();
        byte[] bytes = new byte[Math.min(USUAL_SIZE, limit + 1)];
        int size = 0;
        try {
            for (int read; (read = body.read(bytes, size, bytes.length - size)) >= 0; ) {
                size += read;
                if (size > limit) {
                    discard(body, end);
                    throw new BodyTooLargeException();
                }
                if (isOver(end)) {
                    throw new BodyTooSlowException();
                }
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.min(2 * size, limit + 1));
                }
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, size))
                    .toString();
        } catch (SocketTimeoutException e) {
            throw new BodyTooSlowException();
        } catch (IOException e) {
            throw new BodyMalformedException();
        }
    }

    /** Takes what is left of a body, as far as can be expected: a client that is still sending reads no answer. */
    void discard(InputStream body) {
        discard(body, end());
    }

    private static void discard(InputStream body, long end) {
        byte[] bytes = new byte[DISCARD_BUFFER_SIZE];
        int size = 0;
        try {
            for (int read; size < DISCARD_LIMIT && !isOver(end) && (read = body.read(bytes)) >= 0; ) {
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
}
