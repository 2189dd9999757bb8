package dev.journey.reload;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.camel.support.ResourceSupport;

/** A route file with the content that it had when it was read. */
final class RouteFile extends ResourceSupport {

    private final Path path;
    private final String content;

    RouteFile(Path path, String content) {
        super("file", "file:" + path);
        this.path = path;
        this.content = content;
    }

    Path path() {
        return path;
    }

    String content() {
        return content;
    }

    boolean is(String extension) {
        return path.toString().endsWith(extension);
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public URI getURI() {
        return path.toUri();
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    // By content too: Camel's Java loader remembers what it compiled by the resource.
    @Override
    public boolean equals(Object other) {
        return other instanceof RouteFile file && path.equals(file.path) && content.equals(file.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, content);
    }
}
