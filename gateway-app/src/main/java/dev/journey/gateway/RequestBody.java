package dev.journey.gateway;

import java.io.IOException;
import java.io.Reader;
import org.springframework.stereotype.Component;

/** Reads a request's body as text, up to a limit. */
@Component
public class RequestBody {

    /**
     * Reads the body to its end.
     *
     * @param body the body, or null where there is none
     * @param limit the most that is read, in bytes of UTF-8
     * @return the text; empty where there is no body
     * @throws BodyTooLargeException if the body is larger than the limit
     * @throws IOException if the client does not send it whole
     */
    public String read(Reader body, int limit) throws IOException {
        StringBuilder text = new StringBuilder();
        int size = 0;
        for (int character; body != null && (character = body.read()) >= 0; text.append((char) character)) {
            size += bytes((char) character);
            if (size > limit) {
                throw new BodyTooLargeException();
            }
        }
        return text.toString();
    }

    // Each half of a surrogate pair is half of four bytes (RFC 3629).
    private static int bytes(char character) {
        if (character < 0x80) {
            return 1;
        }
        return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }
}
