package dev.journey.validator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a service has for its routes: the settings of its {@code application.yaml} and, once it is built, its libraries.
 * It is the module {@code <name>-app}; without that module, only the routes themselves can be checked.
 */
final class Service implements AutoCloseable {

    private static final String ADDRESSES = "journey.addresses.";

    private final String name;
    private final Path root;
    private final Path module;
    private final Path settingsFile;
    private final Set<String> settings = new TreeSet<>();
    private final Set<String> canonicalSettings = new TreeSet<>();
    private final List<Path> libraries;
    private final URLClassLoader loader;

    Service(String name, Path root) throws IOException {
        this.name = name;
        this.root = root;
        module = root.resolve(name + "-app");
        settingsFile = module.resolve(Path.of("src", "main", "resources", "application.yaml"));
        if (hasSettings()) {
            for (Object document :
                    new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(settingsFile))) {
                addAll("", document);
            }
        }
        Path app = module.resolve(Path.of("target", "app"));
        libraries = Stream.concat(jars(app), jars(app.resolve("lib"))).toList();
        loader = new URLClassLoader(libraries.stream().map(Service::url).toArray(URL[]::new), null);
    }

    private static Stream<Path> jars(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    private void addAll(String key, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, child) -> addAll(key.isEmpty() ? name.toString() : key + "." + name, child));
            return;
        }
        addSetting(key);
        if (key.startsWith(ADDRESSES)) {
            String address = "address." + key.substring(ADDRESSES.length());
            addSetting(address + ".host");
            addSetting(address + ".port");
        }
    }

    void addSetting(String key) {
        settings.add(key);
        canonicalSettings.add(canonical(key));
    }

    // As Spring Boot binds names: most-items is mostItems.
    private static String canonical(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    String name() {
        return name;
    }

    /** Whether it is known what is set. */
    boolean hasSettings() {
        return Files.isRegularFile(settingsFile);
    }

    String settingsFile() {
        return root.relativize(settingsFile).toString();
    }

    Set<String> settings() {
        return settings;
    }

    boolean isSet(String key) {
        return canonicalSettings.contains(canonical(key));
    }

    boolean isBuilt() {
        return !libraries.isEmpty();
    }

    String classPath() {
        return libraries.stream().map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
    }

    /** Whether it has a component among its libraries; true where that is not known. */
    boolean hasComponent(String scheme) {
        return !isBuilt() || loader.getResource("META-INF/services/org/apache/camel/component/" + scheme) != null;
    }

    String moduleFile() {
        return root.relativize(module.resolve("pom.xml")).toString();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
