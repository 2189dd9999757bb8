package dev.journey.tracing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes a Protocol Buffers message from its last byte to its first. The length of an embedded message comes before its
 * content: this way round it is known when it is due, and nothing is measured first or moved later.
 *
 * <p>An embedded message is written as its fields, the last one first, then by {@link #message} with the length that there
 * was before it. Not thread-safe.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, "Encoding"</a>
 */
final class ProtobufWriter {

    private static final int INITIAL_CAPACITY = 1024;
    /** A larger buffer is not kept for the next message. */
    private static final int MOST_KEPT = 2 * 1024 * 1024;

    private static final int MOST_BYTES_OF_PIECE = 8 * 1024;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private static final int MOST_BYTES_OF_VARINT = 10;
    private static final int LOWEST_SEVEN_BITS = 0x7F;
    private static final int MORE_FOLLOWS = 0x80;

    private byte[] buffer = new byte[INITIAL_CAPACITY];
    private int start = buffer.length;

    /** How many bytes were written. */
    int length() {
        return buffer.length - start;
    }

    /** Writes it in pieces, for an output that copies what it is given: it would keep a copy of all of it. */
    void writeTo(OutputStream output) throws IOException {
        for (int at = start; at < buffer.length; at += MOST_BYTES_OF_PIECE) {
            output.write(buffer, at, Math.min(MOST_BYTES_OF_PIECE, buffer.length - at));
        }
    }

    void clear() {
        if (buffer.length > MOST_KEPT) {
            buffer = new byte[INITIAL_CAPACITY];
        }
        start = buffer.length;
    }

    void varint(int field, long value) {
        varint(value);
        tag(field, VARINT);
    }

    void fixed32(int field, int value) {
        littleEndian(value, Integer.BYTES);
        tag(field, FIXED32);
    }

    void fixed64(int field, long value) {
        littleEndian(value, Long.BYTES);
        tag(field, FIXED64);
    }

    void bytes(int field, byte[] value) {
        int before = length();
        raw(value);
        message(field, before);
    }

    /** Writes bytes that are there as hexadecimal digits, as ids of traces and spans are. */
    void hexadecimal(int field, String digits) {
        int before = length();
        int bytes = digits.length() / 2;
        reserve(bytes);
        start -= bytes;
        for (int index = 0; index < bytes; index++) {
            buffer[start + index] = (byte) (HexFormat.fromHexDigit(digits.charAt(2 * index)) << 4
                    | HexFormat.fromHexDigit(digits.charAt(2 * index + 1)));
        }
        message(field, before);
    }

    void string(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes what was written since there were so many bytes an embedded message. */
    void message(int field, int lengthBefore) {
        varint(length() - lengthBefore);
        tag(field, LENGTH_DELIMITED);
    }

    /** What was written since there were so many bytes. */
    byte[] fields(int lengthBefore) {
        return Arrays.copyOfRange(buffer, start, buffer.length - lengthBefore);
    }

    /** Writes what {@link #fields} has told. */
    void raw(byte[] fields) {
        reserve(fields.length);
        start -= fields.length;
        System.arraycopy(fields, 0, buffer, start, fields.length);
    }

    private void tag(int field, int wireType) {
        varint(field << 3 | wireType);
    }

    private void varint(long value) {
        reserve(MOST_BYTES_OF_VARINT);
        int bytes = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
        start -= bytes;
        long rest = value;
        for (int at = start; at < start + bytes - 1; at++) {
            buffer[at] = (byte) (rest & LOWEST_SEVEN_BITS | MORE_FOLLOWS);
            rest >>>= 7;
        }
        buffer[start + bytes - 1] = (byte) rest;
    }

    private void littleEndian(long value, int bytes) {
        reserve(bytes);
        start -= bytes;
        for (int index = 0; index < bytes; index++) {
            buffer[start + index] = (byte) (value >>> Byte.SIZE * index);
        }
    }

    private void reserve(int bytes) {
        if (start >= bytes) {
            return;
        }
        int length = length();
        byte[] larger = new byte[Math.max(buffer.length * 2, buffer.length + bytes)];
        System.arraycopy(buffer, start, larger, larger.length - length, length);
        buffer = larger;
        start = larger.length - length;
    }
}
