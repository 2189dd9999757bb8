package dev.journey.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts the lines of a growing file that have a text in them; each byte is read once. */
final class LineCount {

    private final Path file;
    private final byte[] text;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private long position;
    private long count;
    /** How much of the text the last bytes were. */
    private int matched;

    /** @param text ASCII, and no beginning of it is in it again, so that it is found wherever a read ends */
    LineCount(Path file, String text) {
        this.file = file;
        this.text = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How often the text is there by now. */
    long count() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int read; (read = channel.read(buffer.clear(), position)) > 0; position += read) {
                for (int index = 0; index < read; index++) {
                    next(buffer.get(index));
                }
            }
        }
        return count;
    }

    private void next(byte character) {
        if (character == text[matched]) {
            matched++;
        } else {
            matched = character == text[0] ? 1 : 0;
        }
        if (matched == text.length) {
            count++;
            matched = 0;
        }
    }
}
