package dev.journey.console;

import org.apache.camel.console.DevConsole;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/** What a console answers, by the request's {@code Accept}: JSON unless text is asked for. */
public enum DevConsoleFormat implements Producible<DevConsoleFormat> {
    /** For people. */
    TEXT(MimeTypeUtils.TEXT_PLAIN, DevConsole.MediaType.TEXT),

    /** For programs. */
    JSON(MimeTypeUtils.APPLICATION_JSON, DevConsole.MediaType.JSON);

    private final MimeType mimeType;
    private final DevConsole.MediaType mediaType;

    DevConsoleFormat(MimeType mimeType, DevConsole.MediaType mediaType) {
        this.mimeType = mimeType;
        this.mediaType = mediaType;
    }

    DevConsole.MediaType mediaType() {
        return mediaType;
    }

    @Override
    public MimeType getProducedMimeType() {
        return mimeType;
    }

    @Override
    public boolean isDefault() {
        return this == JSON;
    }
}
