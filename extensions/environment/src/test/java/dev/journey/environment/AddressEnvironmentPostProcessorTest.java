package dev.journey.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

class AddressEnvironmentPostProcessorTest {

    private final MockEnvironment environment = new MockEnvironment();

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, localhost, 8080",
        ":8081, 0.0.0.0, 8081",
        "[::1]:8080, [::1], 8080",
        "checkout.example:1, checkout.example, 1"
    })
    void splitsAnAddress(String address, String host, String port) {
        environment.setProperty("journey.addresses.http", address);

        new AddressEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());

        assertThat(environment.getProperty("address.http.host")).isEqualTo(host);
        assertThat(environment.getProperty("address.http.port")).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8080", "localhost", "localhost:", "localhost:99999", "http://localhost:8080", "::1:8080"})
    void saysWhatAnAddressMustBe(String address) {
        environment.setProperty("journey.addresses.http", address);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressEnvironmentPostProcessor()
                        .postProcessEnvironment(environment, new SpringApplication()))
                .withMessageContaining("'http'")
                .withMessageContaining("host:port");
    }
}
