package dev.journey.gateway;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Leaves to the routes what would otherwise be decided before a route runs, or beside it. */
@Component
public class RoutesDecideFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(isForm(request) ? body(request) : request, isOptions(request) ? answered(response) : response);
    }

    private static boolean isForm(HttpServletRequest request) {
        String contentType = request.getContentType();
        return contentType != null && contentType.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
    }

    private static boolean isOptions(HttpServletRequest request) {
        return HttpMethod.OPTIONS.matches(request.getMethod());
    }

    // Camel's HTTP binding takes a form apart, fails on what is none after all, such as the JSON that curl sends by
    // default, and logs it.
    private static HttpServletRequest body(HttpServletRequest form) {
        return new HttpServletRequestWrapper(form) {
            @Override
            public String getContentType() {
                return null;
            }
        };
    }

    // Spring's servlet answers OPTIONS with an Allow of its own unless it sees one as soon as it has handed the request
    // over, while the route may still be running.
    private static HttpServletResponse answered(HttpServletResponse response) {
        return new HttpServletResponseWrapper(response) {
            @Override
            public boolean containsHeader(String name) {
                return HttpHeaders.ALLOW.equalsIgnoreCase(name) || super.containsHeader(name);
            }
        };
    }
}
