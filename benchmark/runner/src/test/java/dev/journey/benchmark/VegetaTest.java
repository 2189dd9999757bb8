package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VegetaTest {

    @Test
    void acceptedIsOnly202() throws Exception {
        Load load = Vegeta.load(
                new ObjectMapper()
                        .readTree(
                                "{\"requests\":10,\"duration\":1500000000,\"wait\":500000000,\"status_codes\":{\"0\":1,\"200\":2,\"202\":7}}"),
                null);

        assertThat(load.sent()).isEqualTo(10);
        assertThat(load.accepted()).isEqualTo(7);
        assertThat(load.statuses()).isEqualTo(Map.of("0", 1L, "200", 2L, "202", 7L));
        assertThat(load.rate()).isEqualTo(3.5);
    }

    @Test
    void readsARequestWithAnythingAfterIt() {
        assertThat(Vegeta.request("1795593233837324375,202,3131087,21,0,,,,17,POST,http://127.0.0.1/,aGk="))
                .isEqualTo(new Latencies.Request(17, 1795593233837324375L, 3131087));
    }
}
