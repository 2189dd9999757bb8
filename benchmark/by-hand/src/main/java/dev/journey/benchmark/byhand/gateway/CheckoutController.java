package dev.journey.benchmark.byhand.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/checkout}. */
@RestController
class CheckoutController {

    static final String TRACE_ID_HEADER = "X-Trace-Id";

    private final ObjectMapper json;
    private final CheckoutClient checkout;
    private final Basket defaultBasket;
    private final int bodyLimit;

    CheckoutController(
            ObjectMapper json,
            CheckoutClient checkout,
            @Value("${journey.default-basket}") int[] defaultBasket,
            @Value("${journey.body-limit}") int bodyLimit) {
        this.json = json;
        this.checkout = checkout;
        this.defaultBasket = new Basket(defaultBasket);
        this.bodyLimit = bodyLimit;
    }

    @PostMapping("/api/checkout")
    ResponseEntity<Void> take(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(bodyLimit + 1);
        if (body.length > bodyLimit) {
            throw new ProblemException(HttpStatus.PAYLOAD_TOO_LARGE, "The body is larger than " + bodyLimit + " bytes");
        }
        if (!isJson(request.getContentType())) {
            throw new ProblemException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
        }
        checkout.process(basket(body).toRequest());
        return ResponseEntity.accepted()
                .header(TRACE_ID_HEADER, Span.current().getSpanContext().getTraceId())
                .build();
    }

    private Basket basket(byte[] body) throws IOException {
        if (body.length == 0) {
            return defaultBasket;
        }
        // As JSON between systems must be UTF-8 (RFC 8259, section 8.1), and Jackson guesses.
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(body))
                .toString();
        return json.readValue(text, Basket.class);
    }

    private static boolean isJson(String contentType) {
        return contentType == null
                || MediaType.APPLICATION_JSON.equalsTypeAndSubtype(MediaType.parseMediaType(contentType));
    }
}
