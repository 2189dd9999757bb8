package dev.journey.gateway;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Counts the requests to the checkout's path, those among them that are refused before any route sees them. */
@Component
class CheckoutRequests extends ValveBase implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final String path;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();

    CheckoutRequests(@Value("${http.checkout-path}") String path) {
        this.path = path;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(this);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!path.equals(request.getRequestURI())) {
            getNext().invoke(request, response);
            return;
        }
        inFlight.incrementAndGet();
        try {
            getNext().invoke(request, response);
        } finally {
            inFlight.decrementAndGet();
            answered.increment();
            if (response.getStatus() >= HttpStatus.INTERNAL_SERVER_ERROR.value()) {
                failed.increment();
            } else if (response.getStatus() >= HttpStatus.BAD_REQUEST.value()) {
                refused.increment();
            }
        }
    }

    Figures figures() {
        return new Figures(answered.sum(), refused.sum(), failed.sum(), inFlight.get());
    }
}
