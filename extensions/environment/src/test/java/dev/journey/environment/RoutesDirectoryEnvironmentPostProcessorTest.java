package dev.journey.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

class RoutesDirectoryEnvironmentPostProcessorTest {

    private static final String PATTERN = "camel.main.routes-include-pattern";

    private final MockEnvironment environment = new MockEnvironment().withProperty(PATTERN, "classpath:routes/*");

    @Test
    void readsTheRoutesOfTheFolderOnly(@TempDir Path directory) {
        environment.setProperty("journey.routes-directory", directory.toString());

        process();

        assertThat(environment.getProperty(PATTERN))
                .isEqualTo("file:%1$s/**/*.yaml,file:%1$s/**/*.java".formatted(directory));
    }

    @Test
    void leavesTheRoutesOfTheJarWhereNoFolderIsSet() {
        environment.setProperty("journey.routes-directory", "");

        process();

        assertThat(environment.getProperty(PATTERN)).isEqualTo("classpath:routes/*");
    }

    @Test
    void refusesAFolderThatIsNotThere(@TempDir Path directory) {
        environment.setProperty(
                "journey.routes-directory", directory.resolve("missing").toString());

        assertThatIllegalArgumentException().isThrownBy(this::process).withMessageContaining("ROUTES_DIR");
    }

    private void process() {
        new RoutesDirectoryEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
    }
}
