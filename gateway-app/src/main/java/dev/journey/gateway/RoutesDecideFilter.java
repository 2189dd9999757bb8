package dev.journey.gateway;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Leaves to the routes what would otherwise be decided before a route runs, or beside it. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RoutesDecideFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!request.getProtocol().startsWith("HTTP/1.")) {
            // HTTP 0.9: a request of one line, to which the answer is a body without a status.
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        chain.doFilter(new UninterpretedRequest(request), response);
    }

    /** A request whose headers are for the routes alone to read, and whose query and form become no headers. */
    private static final class UninterpretedRequest extends HttpServletRequestWrapper {

        UninterpretedRequest(HttpServletRequest request) {
            super(request);
        }

        // Camel takes a body into memory before a route can say how large it may be. RequestBody reads it.
        @Override
        public int getContentLength() {
            return 0;
        }

        // Spring and Camel take a form apart, and fail on what is none after all, such as the JSON that curl sends by
        // default. The answer would be in the charset that this names, or fail where there is none of that name.
        @Override
        public String getContentType() {
            return null;
        }

        @Override
        public String getCharacterEncoding() {
            return null;
        }

        // Camel's HTTP binding makes each parameter a header, where it stands for one that was not sent: a
        // Content-Type, a traceparent.
        @Override
        public String getParameter(String name) {
            return null;
        }

        @Override
        public String[] getParameterValues(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }

        // Spring answers what a browser asks before a request from elsewhere.
        @Override
        public String getHeader(String name) {
            return HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD.equalsIgnoreCase(name) ? null : super.getHeader(name);
        }

        // The server fails on a long list of languages.
        @Override
        public Locale getLocale() {
            return Locale.ROOT;
        }

        @Override
        public Enumeration<Locale> getLocales() {
            return Collections.enumeration(Collections.singleton(Locale.ROOT));
        }
    }
}
