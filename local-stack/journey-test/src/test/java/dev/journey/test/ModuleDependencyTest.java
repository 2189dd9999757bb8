package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Dependencies between the modules point one way: services to extensions and proto, extensions to nothing of ours. */
class ModuleDependencyTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final String OURS = "dev.journey";

    static List<Path> extensions() throws IOException {
        return modulesIn(ROOT.resolve("extensions"), "");
    }

    static List<Path> services() throws IOException {
        return modulesIn(ROOT, "-app");
    }

    @ParameterizedTest
    @MethodSource("extensions")
    void anExtensionDependsOnNothingOfOursOutsideItsTests(Path extension) throws Exception {
        assertThat(ownDependencies(extension)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("services")
    void aServiceDependsOnExtensionsAndProtoOnly(Path service) throws Exception {
        Set<String> allowed = new TreeSet<>();
        allowed.add(artifact(ROOT.resolve("proto")));
        for (Path extension : extensions()) {
            allowed.add(artifact(extension));
        }

        assertThat(ownDependencies(service)).isNotEmpty().isSubsetOf(allowed);
    }

    @ParameterizedTest
    @MethodSource("extensions")
    void anExtensionKnowsNothingOfCheckout(Path extension) throws Exception {
        try (Stream<Path> files = Files.walk(extension.resolve(Path.of("src", "main")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainIgnoringCase("checkout");
            }
        }
    }

    private static List<Path> modulesIn(Path folder, String suffix) throws IOException {
        try (Stream<Path> modules = Files.list(folder)) {
            List<Path> found = modules.filter(
                            module -> module.getFileName().toString().endsWith(suffix))
                    .filter(module -> Files.isRegularFile(module.resolve("pom.xml")))
                    .sorted()
                    .toList();
            assertThat(found).as("modules in %s", folder).isNotEmpty();
            return found;
        }
    }

    private static Set<String> ownDependencies(Path module) throws Exception {
        Element dependencies = child(project(module), "dependencies");
        return children(dependencies, "dependency").stream()
                .filter(dependency -> text(dependency, "groupId").equals(OURS)
                        || text(dependency, "groupId").equals("${project.groupId}"))
                .filter(dependency -> !text(dependency, "scope").equals("test"))
                .map(dependency -> text(dependency, "artifactId"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String artifact(Path module) throws Exception {
        return text(project(module), "artifactId");
    }

    private static Element project(Path module) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(module.resolve("pom.xml").toFile());
        return document.getDocumentElement();
    }

    private static Element child(Element parent, String name) {
        return children(parent, name).stream().findFirst().orElseGet(() -> parent.getOwnerDocument()
                .createElement(name));
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int index = 0; index < nodes.getLength(); index++) {
            Node node = nodes.item(index);
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return child(parent, name).getTextContent().strip();
    }
}
