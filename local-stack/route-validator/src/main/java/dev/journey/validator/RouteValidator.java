package dev.journey.validator;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/** Checks all route files of services, as far as that goes without starting any. */
final class RouteValidator {

    private static final long LARGEST_FILE = 1024 * 1024;
    private static final Set<String> YAML = Set.of(".yaml", ".camel.yaml");

    private final Path root;
    private final SchemaCheck schema = new SchemaCheck();
    private final EndpointCheck endpoints = new EndpointCheck();
    private final SimpleCheck simple = new SimpleCheck();
    private final JavaCheck java = new JavaCheck(endpoints, simple);
    private int files;

    /** @param root of the project, which has the services' modules */
    RouteValidator(Path root) {
        this.root = root;
    }

    /** How many files it has looked at. */
    int files() {
        return files;
    }

    /**
     * Checks the routes of one service.
     *
     * @param folder named as the service
     * @throws IOException if the folder cannot be read
     */
    void check(Path folder, Findings findings) throws IOException {
        Map<Path, String> texts = read(folder, findings);
        try (Service service = new Service(folder.getFileName().toString(), root)) {
            texts.forEach((file, text) -> {
                if (file.toString().endsWith(".properties")) {
                    addSettings(file, text, service, findings);
                }
            });
            IdentityCheck identities = new IdentityCheck(service, findings);
            for (Map.Entry<Path, String> entry : texts.entrySet()) {
                if (entry.getKey().toString().endsWith(".yaml")) {
                    Optional<YamlFile> parsed = YamlFile.parse(entry.getKey(), entry.getValue(), findings);
                    parsed.ifPresent(file -> {
                        if (!file.json().isArray()) {
                            findings.add(
                                    file.path(),
                                    file.line(""),
                                    "a file is a list: begin it with '- route:' or '- routeConfiguration:'");
                            return;
                        }
                        schema.check(file, findings);
                        endpoints.check(file, service, findings);
                        identities.check(file);
                        simple.check(file, findings);
                        Placeholders.check(file, service, findings);
                    });
                }
            }
            java.check(
                    texts.keySet().stream()
                            .filter(file -> file.toString().endsWith(".java"))
                            .toList(),
                    service,
                    identities,
                    findings);
        }
    }

    private Map<Path, String> read(Path folder, Findings findings) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            all.filter(Files::isRegularFile)
                    .filter(file -> Stream.iterate(file, path -> !path.equals(folder), Path::getParent)
                            .noneMatch(path -> path.getFileName().toString().startsWith(".")))
                    .sorted()
                    .forEach(paths::add);
        }
        Map<Path, String> texts = new LinkedHashMap<>();
        for (Path file : paths) {
            String name = file.getFileName().toString();
            String extension = name.substring(Math.max(0, name.indexOf('.')));
            if (name.endsWith(".yml") || name.endsWith(".yaml") && !YAML.contains(extension)) {
                files++;
                findings.add(file, 1, "Camel does not read this file; name it .camel.yaml, and no other dot in it");
            } else if (name.endsWith(".yaml") || name.endsWith(".java") || name.endsWith(".properties")) {
                files++;
                readOne(file, findings).ifPresent(text -> texts.put(file, text));
            }
        }
        return texts;
    }

    private static Optional<String> readOne(Path file, Findings findings) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                findings.add(file, 1, "it is larger than a mebibyte");
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(file);
            CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
            ByteBuffer input = ByteBuffer.wrap(bytes);
            CharBuffer output = CharBuffer.allocate(bytes.length);
            if (decoder.decode(input, output, true).isError()) {
                int line = 1;
                for (int index = 0; index < input.position(); index++) {
                    line += bytes[index] == '\n' ? 1 : 0;
                }
                findings.add(file, line, "it is not UTF-8; save it in that encoding");
                return Optional.empty();
            }
            String text = output.flip().toString();
            if (text.isBlank()) {
                findings.add(file, 1, "it is empty; delete it if that is meant");
                return Optional.empty();
            }
            return Optional.of(text);
        } catch (IOException exception) {
            findings.add(file, 1, "it cannot be read (" + exception.getClass().getSimpleName() + ")");
            return Optional.empty();
        }
    }

    private static void addSettings(Path file, String text, Service service, Findings findings) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
            properties.stringPropertyNames().forEach(service::addSetting);
        } catch (IOException | IllegalArgumentException exception) {
            findings.add(file, 1, "these are no properties: " + exception.getMessage());
        }
    }
}
