package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentIdsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 100})
    void areThoseOfASetThatForgetsTheEldest(int limit) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RecentIds ids = new RecentIds(limit);
        Order expected = new Order(limit);
        for (int step = 0; step < 20_000; step++) {
            String id = "id-" + random.nextInt(3 * limit);
            String what = "step " + step + ", seed " + seed;
            switch (random.nextInt(8)) {
                case 0 -> assertThat(ids.remove(id)).as(what).isEqualTo(expected.remove(id));
                case 1 -> assertThat(ids.contains(id)).as(what).isEqualTo(expected.contains(id));
                default -> {
                    ids.add(id);
                    expected.add(id);
                }
            }
            if (step % 100 == 0) {
                for (int number = 0; number < 3 * limit; number++) {
                    String one = "id-" + number;
                    assertThat(ids.contains(one)).as(one + ", " + what).isEqualTo(expected.contains(one));
                }
            }
        }
    }

    @Test
    void areForgottenAtOnceWhenTheyAreCleared() {
        RecentIds ids = new RecentIds(2);
        ids.add("a");
        ids.clear();
        assertThat(ids.contains("a")).isFalse();
        ids.add("b");
        ids.add("c");
        assertThat(ids.contains("b")).isTrue();
        assertThat(ids.contains("c")).isTrue();
    }

    @Test
    void areAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RecentIds(0));
    }

    /** The last so many additions; a removal leaves a gap among them. */
    private static final class Order {

        private final String[] order;
        private final Set<String> present = new LinkedHashSet<>();
        private int next;

        Order(int limit) {
            order = new String[limit];
        }

        boolean contains(String id) {
            return present.contains(id);
        }

        void add(String id) {
            if (!present.add(id)) {
                return;
            }
            if (order[next] != null) {
                present.remove(order[next]);
            }
            order[next] = id;
            next = (next + 1) % order.length;
        }

        boolean remove(String id) {
            for (int place = 0; place < order.length; place++) {
                if (id.equals(order[place])) {
                    order[place] = null;
                }
            }
            return present.remove(id);
        }
    }
}
