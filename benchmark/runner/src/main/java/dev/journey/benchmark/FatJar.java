package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.springframework.boot.loader.tools.Library;
import org.springframework.boot.loader.tools.LibraryScope;
import org.springframework.boot.loader.tools.Repackager;

/** The jar that Spring Boot makes unless told otherwise: a service with its libraries in it. */
final class FatJar {

    private FatJar() {}

    /**
     * Makes it of a service's jar and the libraries beside it.
     *
     * @return where it is
     */
    static Path of(Path jar, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path fat = folder.resolve(jar.getFileName());
        Repackager repackager = new Repackager(jar.toFile());
        try (JarFile file = new JarFile(jar.toFile())) {
            repackager.setMainClass(file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS));
        }
        repackager.repackage(fat.toFile(), libraries -> {
            for (Path library : libraries(jar)) {
                libraries.library(new Library(library.toFile(), LibraryScope.RUNTIME));
            }
        });
        return fat;
    }

    private static List<Path> libraries(Path jar) throws IOException {
        try (Stream<Path> files = Files.list(jar.resolveSibling("lib"))) {
            return files.sorted().toList();
        }
    }
}
