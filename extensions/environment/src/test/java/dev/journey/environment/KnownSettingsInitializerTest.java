package dev.journey.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class KnownSettingsInitializerTest {

    @Test
    void refusesASettingThatNothingKnows(CapturedOutput output) {
        assertThatThrownBy(() -> start("--journey.adresses.http=secret"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "There is no setting 'journey.adresses.http'", "commandLine")
                .doesNotContain("secret");
    }

    @Test
    void refusesAComponentThatIsNotThere(CapturedOutput output) {
        assertThatThrownBy(() -> start("--camel.component.grpc.flow-control-window=1"));

        assertThat(output).contains("'camel.component.grpc.flow-control-window'", "add the library that has it");
    }

    @Test
    void refusesASettingBelowOneThatHasNoneBelow() {
        assertThatThrownBy(() -> start("--journey.routes-directory.recursive=true"))
                .hasMessageContaining("journey.routes-directory.recursive");
    }

    @Test
    void takesWhatIsKnownInAnySpellingAndWhatIsNotItsOwn() {
        try (ConfigurableApplicationContext context =
                start("--journey.addresses.any-name=:8081", "--journey.routesDirectory=", "--camels.humps=2")) {
            assertThat(context.isRunning()).isTrue();
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {}
}
