package dev.journey.gateway;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers 503 until the gateway is ready: the server listens before the routes start, and every path would be a 404. */
@Component
class ReadinessFilter extends OncePerRequestFilter {

    private final ApplicationAvailability availability;
    private final String retryAfter;

    ReadinessFilter(ApplicationAvailability availability, @Value("${http.retry-after-seconds}") String retryAfter) {
        this.availability = availability;
        this.retryAfter = retryAfter;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
}
