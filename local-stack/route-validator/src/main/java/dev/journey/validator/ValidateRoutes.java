package dev.journey.validator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command {@code scripts/validate-routes}. */
public final class ValidateRoutes {

    // Makes ConfigMaps of the folders beside it.
    private static final String KUSTOMIZATION = "kustomization.yaml";

    private static final int WRONG = 1;
    private static final int CANNOT_RUN = 2;

    private ValidateRoutes() {}

    /**
     * Prints what is wrong, a line each.
     *
     * @param arguments the project's folder, then the folders to check
     */
    public static void main(String[] arguments) {
        List<Path> paths = Stream.of(arguments)
                .map(argument -> Path.of(argument).toAbsolutePath().normalize())
                .toList();
        System.exit(run(paths.get(0), paths.subList(1, paths.size()), System.out, System.err));
    }

    /** @return the exit code */
    static int run(Path root, List<Path> folders, PrintStream out, PrintStream err) {
        Path routes = root.resolve("routes");
        RouteValidator validator = new RouteValidator(root);
        Findings findings = new Findings();
        try {
            for (Path folder : folders.isEmpty() ? List.of(routes) : folders) {
                if (!Files.isDirectory(folder)) {
                    err.println(folder + " is not a folder; name folders of routes, or none for all under routes/");
                    return CANNOT_RUN;
                }
                for (Path service : services(folder, routes, findings)) {
                    validator.check(service, findings);
                }
            }
        } catch (IOException | RuntimeException exception) {
            err.println("The routes cannot be checked: " + exception);
            return CANNOT_RUN;
        }
        if (validator.files() == 0 && findings.all().isEmpty()) {
            err.println("There is no route file");
            return CANNOT_RUN;
        }
        findings.all()
                .forEach(finding ->
                        out.println(shown(finding.file(), root) + ":" + finding.line() + ": " + finding.message()));
        err.println(validator.files() + " files, "
                + (findings.all().isEmpty() ? "nothing wrong" : findings.all().size() + " faults"));
        return findings.all().isEmpty() ? 0 : WRONG;
    }

    // A folder with files is a service's; one without holds the folders of services.
    private static List<Path> services(Path folder, Path routes, Findings findings) throws IOException {
        List<Path> files = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            children.filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .forEach(child -> (Files.isDirectory(child) ? folders : files).add(child));
        }
        files.removeIf(file -> file.getFileName().toString().equals(KUSTOMIZATION));
        if (!folder.equals(routes)) {
            return files.isEmpty() ? folders : List.of(folder);
        }
        files.forEach(file -> findings.add(file, 1, "no service reads this file; move it to the folder of one"));
        return folders;
    }

    private static Path shown(Path file, Path root) {
        return file.startsWith(root) ? root.relativize(file) : file;
    }
}
