package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What must hold of docker-compose.yml, checked where no container engine is at hand. */
class ComposeFileTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:?-[^}]*)?}");

    private static Map<String, Map<String, Object>> services;
    private static String dockerfile;

    @BeforeAll
    static void parse() throws IOException {
        Map<String, Object> compose = new Yaml().load(Files.readString(ROOT.resolve("docker-compose.yml")));
        services = map(compose.get("services"));
        dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
    }

    @Test
    void hasTheFiveContainersOfTheOriginal() {
        assertThat(services).containsOnlyKeys("jaeger", "rabbitmq", "checkout", "gateway", "stock");
    }

    @Test
    void everyImageIsNamedInTheEnvironmentFileOrBuiltHere() throws IOException {
        String environment = Files.readString(ROOT.resolve(".env"));
        services.forEach((name, service) -> {
            if (!service.containsKey("build")) {
                String image = service.get("image").toString();
                assertThat(image).as(name).matches("\\$\\{\\w+}");
                assertThat(environment).contains(image.substring(2, image.length() - 1) + "=");
            }
        });
        assertThat(environment.lines().filter(line -> line.endsWith(":latest"))).isEmpty();
    }

    @Test
    void everyPortIsOpenToThisHostOnlyAndCanBeMoved() {
        List<String> variables = new ArrayList<>();
        services.forEach((name, service) -> list(service.get("ports")).forEach(port -> {
            assertThat(port).as(name).matches("127\\.0\\.0\\.1:\\$\\{\\w+_PORT:-\\d+}:\\d+");
            variables.add(port.substring(port.indexOf('{') + 1, port.indexOf(":-")));
        }));
        assertThat(variables).hasSize(9).doesNotHaveDuplicates();
    }

    @Test
    void everyContainerHasAHealthCheckALimitAndARestartPolicy() {
        services.forEach((name, service) -> {
            if (service.containsKey("build")) {
                assertThat(dockerfile).contains("HEALTHCHECK ");
            } else {
                assertThat(service).as(name).containsKey("healthcheck");
            }
            assertThat(service).as(name).containsKeys("mem_limit", "pids_limit").containsEntry("restart", "on-failure");
        });
    }

    @Test
    void startsInTheOrderOfHealth() {
        services.forEach((name, service) -> map(service.getOrDefault("depends_on", Map.of()))
                .forEach((other, condition) -> assertThat(ComposeFileTest.<Object>map(condition))
                        .as("%s on %s", name, other)
                        .containsEntry("condition", "service_healthy")));
        assertThat(map(services.get("gateway").get("depends_on"))).containsKey("checkout");
        assertThat(map(services.get("checkout").get("depends_on"))).containsKey("rabbitmq");
        assertThat(map(services.get("stock").get("depends_on"))).containsKey("rabbitmq");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "checkout", "stock"})
    void aServiceHasNoMoreThanItNeeds(String name) {
        Map<String, Object> service = services.get(name);

        assertThat(service)
                .containsEntry("read_only", true)
                .containsEntry("init", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .containsEntry("tmpfs", List.of("/tmp"))
                .doesNotContainKeys("privileged", "user", "network_mode", "pid");
        assertThat(list(service.get("volumes"))).containsExactly("./routes/" + name + ":/routes:ro");
        assertThat(dockerfile).contains("USER 10001:10001");
    }

    @Test
    void whatWatchesIsForThisHostAndHasNoMoreThanItNeeds() throws IOException {
        Map<String, Object> overlay = new Yaml().load(Files.readString(ROOT.resolve("docker-compose.metrics.yml")));
        Map<String, Map<String, Object>> watchers = map(overlay.get("services"));
        String environment = Files.readString(ROOT.resolve(".env"));

        assertThat(watchers).containsOnlyKeys("prometheus", "grafana");
        watchers.forEach((name, watcher) -> {
            assertThat(watcher)
                    .as(name)
                    .containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"))
                    .containsEntry("restart", "on-failure")
                    .containsKeys("mem_limit", "pids_limit", "healthcheck");
            String image = watcher.get("image").toString();
            assertThat(environment).contains(image.substring(2, image.length() - 1) + "=");
            assertThat(list(watcher.get("ports")))
                    .singleElement()
                    .asString()
                    .matches("127\\.0\\.0\\.1:\\$\\{\\w+_PORT:-\\d+}:\\d+");
            list(watcher.get("volumes")).stream()
                    .filter(volume -> volume.startsWith("./"))
                    .forEach(volume -> assertThat(ROOT.resolve(volume.substring(0, volume.indexOf(':'))))
                            .isDirectory());
        });
        assertThat(map(watchers.get("grafana").get("environment")))
                .containsEntry("GF_AUTH_ANONYMOUS_ORG_ROLE", "Viewer")
                .containsEntry("GF_AUTH_DISABLE_LOGIN_FORM", "true")
                .containsEntry("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "true");
    }

    @Test
    void noPasswordIsWrittenDownButTheDemonstrationsDefault() {
        services.forEach((name, service) -> map(service.getOrDefault("environment", Map.of()))
                .forEach((variable, value) -> {
                    if (variable.contains("PASS")) {
                        assertThat(VARIABLE.matcher(String.valueOf(value)).matches())
                                .as("%s of %s", variable, name)
                                .isTrue();
                    }
                }));
    }

    @SuppressWarnings("unchecked")
    private static <T> Map<String, T> map(Object value) {
        return (Map<String, T>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<String> list(Object value) {
        return (List<String>) value;
    }
}
