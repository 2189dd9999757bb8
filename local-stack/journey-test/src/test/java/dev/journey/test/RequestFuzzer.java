package dev.journey.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes requests that nobody should send; the same ones for the same seed. */
final class RequestFuzzer {

    /** Stands in what may neither come back nor be told in a span or a log. */
    static final String SECRET = "s3cr3t";

    private static final List<String> METHODS = List.of(
            "POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "post", "PRI");
    private static final List<String> TARGETS = List.of(
            "/api/checkout",
            "/",
            "/x",
            "/api/checkout/",
            "/api%2Fcheckout",
            "/%61pi/checkout",
            "/api/../api/checkout",
            "/../../etc/passwd",
            "/..%2f..%2fetc",
            "/%c0%ae%c0%ae/",
            "/%00",
            "/%zz",
            "/%",
            "/%0d%0aX-Injected:%20yes",
            "//api//checkout",
            "/api;x=y/checkout",
            "/api\\checkout",
            "/{x}|^",
            "*",
            "http://elsewhere:1/api/checkout",
            "http://[::1/api",
            "elsewhere:443",
            "");
    private static final List<String> VERSIONS =
            List.of("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/9", "http/1.1", "HTTP", "");
    private static final List<String> HEADERS = List.of(
            "CamelHttpMethod: GET",
            "camelHttpResponseCode: 299",
            "CAMELHttpUri: /elsewhere",
            "org.apache.camel.x: y",
            "Content-Type: text/plain",
            "Content-Type: application/json; charset=nonsense",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/x-java-serialized-object",
            "Content-Type: multipart/form-data",
            "Content-Type: ;=\"",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "Expect: everything",
            "Upgrade: h2c",
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: websocket",
            "Origin: http://elsewhere",
            "Access-Control-Request-Method: POST",
            "Accept: ///;q=x",
            "Accept-Language: de,en,fr,de,en,fr,de,en,fr,de,en,fr",
            "Range: bytes=0-",
            "If-None-Match: *",
            "Cookie: $Version=1; a=\"",
            "Authorization: Bearer " + SECRET,
            "X-Forwarded-For: " + SECRET,
            "X-HTTP-Method-Override: GET",
            "traceparent: 00-" + SECRET,
            "traceparent: ff-00000000000000000000000000000000-0000000000000000-00",
            "tracestate: " + SECRET,
            "Host: elsewhere",
            "Host: [::1",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding:\tchunked",
            "Content-Length: 3",
            "Content-Length: -1",
            "Content-Length: +1",
            "Content-Length: 1,1",
            "Content-Length: 99999999999999999999",
            "Content-Length: " + SECRET,
            "X-Folded: a\r\n b",
            "X-Bare: a\rb",
            "X-Null: a\0b",
            "X-Latin: \u00e4\u00ff",
            "X(: " + SECRET,
            SECRET,
            ": " + SECRET,
            "");
    private static final List<String> BODIES = List.of(
            "{\"itemsID\":[1,2,3,4]}",
            "{\"itemsID\":[99]}",
            "{\"itemsID\":[],\"" + SECRET + "\":1}",
            "{\"itemsID\":[1],\"itemsID\":[2]}",
            "{\"itemsID\":[1.5,\"1\",null,true,{}]}",
            "{\"itemsID\":[1e999999999]}",
            "{\"@class\":\"" + SECRET + "\",\"itemsID\":[1]}",
            "{\"itemsID\":[NaN,Infinity,-0,01,0x1]}",
            "[1]",
            "null",
            "\"" + SECRET + "\"",
            "a=%zz&" + SECRET,
            "");
    private static final List<String> NOT_HTTP = List.of(
            "\u0016\u0003\u0001\u0000\u00c8\u0001\u0000\u0000\u00c4\u0003\u0003" + "x".repeat(196),
            "SSH-2.0-OpenSSH_9.2\r\n",
            "AMQP\0\0\u0009\u0001",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0",
            "\0".repeat(100),
            "\r\n".repeat(50),
            "GET /api/checkout\r\n",
            "POST /api/checkout",
            "{\"itemsID\":[1]}\r\n\r\n");

    private final Random random;

    RequestFuzzer(long seed) {
        random = new Random(seed);
    }

    /** The next request. */
    byte[] next() {
        return switch (random.nextInt(10)) {
            case 0 -> notHttp();
            case 1 -> cut(request("POST", "/api/checkout"));
            case 2 -> mutated(request("POST", "/api/checkout"));
            case 3 -> pipelined();
            case 4, 5, 6 -> checkout(body());
            default -> request(pick(METHODS), target());
        };
    }

    private byte[] notHttp() {
        if (random.nextBoolean()) {
            return bytes(pick(NOT_HTTP));
        }
        byte[] noise = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] cut(byte[] request) {
        return java.util.Arrays.copyOf(request, random.nextInt(request.length));
    }

    private byte[] mutated(byte[] request) {
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private byte[] pipelined() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int count = 2 + random.nextInt(4); count > 0; count--) {
            all.writeBytes(checkout(body()));
        }
        return all.toByteArray();
    }

    // HTTP in order, and what it carries is not.
    private byte[] checkout(byte[] body) {
        boolean chunked = random.nextBoolean();
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(bytes("POST /api/checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length) + "\r\n\r\n"));
        request.writeBytes(chunked ? chunks(body) : body);
        return request.toByteArray();
    }

    private byte[] request(String method, String target) {
        StringBuilder head = new StringBuilder(method + " " + target);
        if (random.nextInt(8) > 0) {
            head.append(" HTTP/1.1");
        } else {
            head.append(" ").append(pick(VERSIONS));
        }
        String end = random.nextInt(20) > 0 ? "\r\n" : "\n";
        head.append(end);
        if (random.nextInt(20) > 0) {
            head.append("Host: x").append(end);
        }
        for (int count = random.nextInt(4); count > 0; count--) {
            head.append(pick(HEADERS)).append(end);
        }
        switch (random.nextInt(30)) {
            case 0 -> head.append(("a: " + SECRET + end).repeat(2_000));
            case 1 -> head.append("X-Long: ").append("x".repeat(9_000)).append(end);
            case 2 -> head.append(("X: y" + end).repeat(150));
            default -> {}
        }
        byte[] body = body();
        byte[] sent = body;
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> {
                head.append("Transfer-Encoding: chunked").append(end);
                sent = chunks(body);
            }
            case 2 -> {
                head.append("Content-Length: ").append(body.length).append(end);
                head.append("Transfer-Encoding: chunked").append(end);
                sent = chunks(body);
            }
            case 3 ->
                head.append("Content-Length: ")
                        .append(Math.max(0, body.length + random.nextInt(21) - 10))
                        .append(end);
            default -> head.append("Content-Length: ").append(body.length).append(end);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(bytes(head + end));
        request.writeBytes(sent);
        return request.toByteArray();
    }

    private String target() {
        String target = random.nextInt(20) > 0 ? pick(TARGETS) : "/" + "x".repeat(random.nextInt(20_000));
        return switch (random.nextInt(6)) {
            case 0 -> target + "?Content-Type=text/plain&CamelHttpMethod=GET&camelhttpresponsecode=299&x=" + SECRET;
            case 1 -> target + "?traceparent=00-11111111111111111111111111111111-1111111111111111-01&%zz=%";
            default -> target;
        };
    }

    private byte[] body() {
        return switch (random.nextInt(8)) {
            case 0 -> bytes("{\"x\":" + "[".repeat(1 + random.nextInt(30_000)));
            case 1 -> bytes("{\"itemsID\":[" + "9".repeat(1 + random.nextInt(60_000)) + "]}");
            case 2 -> bytes("{\"itemsID\":[1]}" + " ".repeat(65_000 + random.nextInt(1_000)));
            case 3 -> bytes("{\"itemsID\":[" + "1,".repeat(random.nextInt(200)) + "1]}");
            case 4, 5 -> {
                byte[] body = bytes(pick(BODIES));
                yield body.length == 0 ? body : mutated(body);
            }
            default -> bytes(pick(BODIES));
        };
    }

    private byte[] chunks(byte[] body) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int position = 0; position < body.length; ) {
            int size = Math.min(body.length - position, 1 + random.nextInt(20_000));
            chunks.writeBytes(bytes(chunkSize(size) + "\r\n"));
            chunks.write(body, position, size);
            chunks.writeBytes(bytes("\r\n"));
            position += size;
        }
        chunks.writeBytes(bytes(
                switch (random.nextInt(6)) {
                    case 0 -> "";
                    case 1 -> "0\r\nCamelHttpMethod: GET\r\nX: " + SECRET + "\r\n\r\n";
                    case 2 -> "0\r\nX: " + "x".repeat(9_000) + "\r\n\r\n";
                    default -> "0\r\n\r\n";
                }));
        return chunks.toByteArray();
    }

    private String chunkSize(int size) {
        return switch (random.nextInt(20)) {
            case 0 -> "ffffffffffffffff";
            case 1 -> "-1";
            case 2 -> SECRET;
            case 3 -> Integer.toHexString(size) + ";" + "x".repeat(random.nextInt(10_000));
            case 4 -> "0000000000" + Integer.toHexString(size);
            default -> Integer.toHexString(size);
        };
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
