package dev.journey.reload;

import java.nio.file.Path;

/** Route files that cannot run. The message names the file, the line where it is known, and what is wrong with it. */
public class RoutesRefusedException extends RuntimeException {

    /** The line of a failure that is not known to be on any. */
    public static final int UNKNOWN_LINE = 0;

    private final transient Path file;
    private final int line;
    private final String reason;

    /**
     * @param file the file, or the folder where none of its files is known to be the one
     * @param line counted from 1, or {@link #UNKNOWN_LINE}
     */
    public RoutesRefusedException(Path file, int line, String reason, Throwable cause) {
        super(file + (line == UNKNOWN_LINE ? "" : ":" + line) + ": " + reason, cause);
        this.file = file;
        this.line = line;
        this.reason = reason;
    }

    public Path getFile() {
        return file;
    }

    public int getLine() {
        return line;
    }

    public String getReason() {
        return reason;
    }
}
