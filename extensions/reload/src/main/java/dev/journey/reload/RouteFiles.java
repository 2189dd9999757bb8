package dev.journey.reload;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All route files of a folder and its sub-folders as they were when they were read, so that what is rehearsed is what
 * runs, whatever is saved meanwhile.
 */
record RouteFiles(Path directory, SortedMap<Path, RouteFile> files) {

    private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".java", ".properties");

    static RouteFiles none(Path directory) {
        return new RouteFiles(directory, new TreeMap<>());
    }

    /** @throws RoutesRefusedException if a file cannot be read or is not UTF-8 */
    static RouteFiles read(Path directory) {
        SortedMap<Path, RouteFile> files = new TreeMap<>();
        walk(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return isHidden(folder) && !folder.equals(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isHidden(file) && EXTENSIONS.stream().anyMatch(file.toString()::endsWith)) {
                    files.put(file, new RouteFile(file, decode(file, Files.readAllBytes(file))));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new RouteFiles(directory, files);
    }

    /** Visits the folder and what links in it lead to; what cannot be read refuses the set. */
    private static void walk(Path directory, FileVisitor<Path> visitor) {
        Path[] current = {directory};
        try {
            Files.walkFileTree(
                    directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                                throws IOException {
                            current[0] = folder;
                            return visitor.preVisitDirectory(folder, attributes);
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                            current[0] = file;
                            return visitor.visitFile(file, attributes);
                        }
                    });
        } catch (IOException exception) {
            throw new RoutesRefusedException(
                    current[0],
                    RoutesRefusedException.UNKNOWN_LINE,
                    "it cannot be read (" + exception.getClass().getSimpleName() + ")",
                    exception);
        }
    }

    // Editors keep their own files beside the ones they edit, and mounted volumes their versions.
    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static String decode(Path file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer output = CharBuffer.allocate(bytes.length);
        if (decoder.decode(input, output, true).isError()) {
            int line = 1;
            for (int index = 0; index < input.position(); index++) {
                line += bytes[index] == '\n' ? 1 : 0;
            }
            throw new RoutesRefusedException(file, line, "it is not UTF-8; save it in that encoding", null);
        }
        return output.flip().toString();
    }

    boolean holds(RouteFile file) {
        return file.equals(files.get(file.path()));
    }

    /** @param location as a resource of Camel has it */
    RouteFile at(String location) {
        return files.values().stream()
                .filter(file -> file.getLocation().equals(location))
                .findFirst()
                .orElse(null);
    }

    List<RouteFile> routes() {
        return files.values().stream().filter(file -> !file.is(".properties")).toList();
    }

    /** @throws RoutesRefusedException if a file of properties is malformed */
    Properties properties() {
        Properties properties = new Properties();
        for (Map.Entry<Path, RouteFile> entry : files.entrySet()) {
            if (entry.getValue().is(".properties")) {
                try {
                    properties.load(new StringReader(entry.getValue().content()));
                } catch (IOException | IllegalArgumentException exception) {
                    throw new RoutesRefusedException(
                            entry.getKey(), RoutesRefusedException.UNKNOWN_LINE, exception.getMessage(), exception);
                }
            }
        }
        return properties;
    }
}
