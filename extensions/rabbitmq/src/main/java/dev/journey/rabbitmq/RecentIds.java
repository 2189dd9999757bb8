package dev.journey.rabbitmq;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The ids that came last, so many and no more, in two arrays that are there from the beginning. An id that were an object
 * would live for some seconds under load, which is long enough to be taken for an old one by the garbage collector: they
 * would fill the heap.
 *
 * <p>Of an id there is the beginning of its SHA-256, 128 bits. Not thread-safe.
 */
final class RecentIds {

    private final MessageDigest sha256;
    /** The digests in the order in which they came, two numbers each; the eldest is overwritten. */
    private final long[] digests;
    /** A hash table by open addressing with linear probing: a place in the order, from 1; 0 is free. */
    private final int[] table;

    private int next;
    // Of the id in hand.
    private long high;
    private long low;

    /** @param limit how many ids are kept, at least 1; some 32 bytes for each are taken at once */
    RecentIds(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("At least one message is to be remembered, not " + limit);
        }
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException exception) {
            throw new IllegalStateException("Each Java platform has it", exception);
        }
        digests = new long[Math.multiplyExact(limit, 2)];
        table = new int[Integer.highestOneBit(limit) * 4];
    }

    boolean contains(String id) {
        digest(id);
        return table[slot()] != 0;
    }

    /** Adds an id, in place of the eldest if there are as many as are kept; one that is there stays as old as it is. */
    void add(String id) {
        digest(id);
        if (table[slot()] != 0) {
            return;
        }
        forget(next);
        digests[2 * next] = high;
        digests[2 * next + 1] = low;
        table[slot()] = next + 1;
        next = (next + 1) % (digests.length / 2);
    }

    /** Removes an id and tells whether it was there. */
    boolean remove(String id) {
        digest(id);
        int slot = slot();
        if (table[slot] == 0) {
            return false;
        }
        free(slot);
        return true;
    }

    void clear() {
        Arrays.fill(table, 0);
    }

    private void digest(String id) {
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest(id.getBytes(StandardCharsets.UTF_8)));
        high = digest.getLong();
        low = digest.getLong();
    }

    /** Where the id in hand is in the table, or the free slot where it belongs. */
    private int slot() {
        int slot = home(low);
        while (table[slot] != 0 && !isInHand(table[slot] - 1)) {
            slot = after(slot);
        }
        return slot;
    }

    private boolean isInHand(int place) {
        return digests[2 * place] == high && digests[2 * place + 1] == low;
    }

    /** Takes what came at a place in the order from the table, unless it was removed from there before. */
    private void forget(int place) {
        int slot = home(digests[2 * place + 1]);
        while (table[slot] != 0) {
            if (table[slot] == place + 1) {
                free(slot);
                return;
            }
            slot = after(slot);
        }
    }

    /** Frees a slot, and moves into it what only came behind it because it was taken. */
    private void free(int slot) {
        int hole = slot;
        for (int other = after(slot); table[other] != 0; other = after(other)) {
            int home = home(digests[2 * (table[other] - 1) + 1]);
            if (distance(home, other) >= distance(hole, other)) {
                table[hole] = table[other];
                hole = other;
            }
        }
        table[hole] = 0;
    }

    private int home(long digest) {
        return (int) digest & (table.length - 1);
    }

    private int after(int slot) {
        return (slot + 1) & (table.length - 1);
    }

    private int distance(int from, int to) {
        return (to - from) & (table.length - 1);
    }
}
