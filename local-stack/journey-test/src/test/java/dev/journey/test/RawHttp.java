package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes that need not be HTTP, and reads what comes back as HTTP. */
final class RawHttp {

    private static final int ANSWER_LIMIT_MILLIS = 30_000;

    private RawHttp() {}

    /** Sends it, says that there is no more, and returns all that comes until the server closes the connection. */
    static List<Answer> exchange(int port, byte[] request) throws IOException {
        try (Socket socket = open(port)) {
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (SocketException refused) {
                // It was answered, and the rest of it not read.
            }
            return answers(socket.getInputStream(), startsWith(request, "HEAD "));
        }
    }

    /** Connects; a read that gets nothing in a long time fails. */
    static Socket open(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
        return socket;
    }

    /**
     * Reads to the end.
     *
     * @param firstToHead whether the first request is a HEAD; those after it are not
     */
    static List<Answer> answers(InputStream input, boolean firstToHead) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            input.transferTo(bytes);
        } catch (SocketException reset) {
            // What came before it counts.
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        List<Answer> answers = new ArrayList<>();
        int position = 0;
        while (position < text.length()) {
            int end = text.indexOf("\r\n\r\n", position);
            assertThat(text.substring(position)).startsWith("HTTP/1.1 ").contains("\r\n\r\n");
            Answer head = head(text.substring(position, end), firstToHead && answers.isEmpty());
            position = end + 4;
            if (head.status() < 200) {
                continue;
            }
            StringBuilder body = new StringBuilder();
            if (!head.toHead() && head.header("Transfer-Encoding").equals("chunked")) {
                for (int size = -1; size != 0; ) {
                    int line = text.indexOf("\r\n", position);
                    size = Integer.parseInt(text.substring(position, line), 16);
                    body.append(text, line + 2, line + 2 + size);
                    position = line + 2 + size + 2;
                }
            } else if (!head.toHead() && !head.header("Content-Length").isEmpty()) {
                int size = Integer.parseInt(head.header("Content-Length"));
                body.append(text, position, position + size);
                position += size;
            } else if (!head.toHead()) {
                // Until the connection closes, as an answer to HTTP/1.0 may end (RFC 9112, section 6.3).
                body.append(text, position, text.length());
                position = text.length();
            }
            answers.add(new Answer(head.status(), head.headers(), body.toString(), head.toHead()));
        }
        return answers;
    }

    private static Answer head(String text, boolean toHead) {
        String[] lines = text.split("\r\n");
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int line = 1; line < lines.length; line++) {
            int colon = lines[line].indexOf(':');
            headers.computeIfAbsent(lines[line].substring(0, colon), name -> new ArrayList<>())
                    .add(lines[line].substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, "", toHead);
    }

    private static boolean startsWith(byte[] request, String start) {
        return new String(request, 0, Math.min(request.length, start.length()), StandardCharsets.ISO_8859_1)
                .equals(start);
    }

    /**
     * An answer.
     *
     * @param headers the values of each header, whatever the case of its name
     * @param toHead whether it was asked for without a body
     */
    record Answer(int status, Map<String, List<String>> headers, String body, boolean toHead) {

        /** The one value of a header, or empty. */
        String header(String name) {
            List<String> values = headers.getOrDefault(name, List.of(""));
            assertThat(values).as(name).hasSize(1);
            return values.get(0);
        }
    }
}
