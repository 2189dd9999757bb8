package dev.journey.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/extending.md} has the reader write is right, as far as that shows without running it. */
class ExtendingPageTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern ROUTE_FILE = Pattern.compile("```\\w+\\n# (routes/\\S+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern STEP = Pattern.compile("```yaml\\n( {8}- .*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void itsRouteFilesAreWellBesideTheShippedOnes() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/extending.md"));
        copy(ROOT.resolve("routes"), folder.resolve("routes"));
        copy(ROOT.resolve("docs/examples"), folder.resolve("routes"));
        List<String> written = new ArrayList<>();
        for (Matcher block = ROUTE_FILE.matcher(page); block.find(); ) {
            Path file = folder.resolve(block.group(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, block.group(2));
            written.add(block.group(1));
        }
        Matcher step = STEP.matcher(page);
        assertThat(step.find()).isTrue();
        Path stock = folder.resolve("routes/stock/checkout-processed.camel.yaml");
        Files.writeString(stock, Files.readString(stock) + step.group(1));

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = ValidateRoutes.run(ROOT, List.of(folder.resolve("routes")), print, print);

        assertThat(written)
                .containsExactly(
                        "routes/gateway/hello.properties",
                        "routes/gateway/hello.camel.yaml",
                        "routes/gateway/invalid.camel.yaml",
                        "routes/invoice/invoice.camel.yaml");
        assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
