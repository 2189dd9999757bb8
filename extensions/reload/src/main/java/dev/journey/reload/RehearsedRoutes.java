package dev.journey.reload;

import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.lang.Nullable;

/**
 * Route files that were found to be well.
 *
 * @param shared the files that hold more than routes, on which the routes of other files may depend
 * @param beans the names of the beans that the files define
 */
record RehearsedRoutes(RouteFiles files, Properties properties, Set<Path> shared, Set<String> beans) {

    static RehearsedRoutes none(Path directory) {
        return new RehearsedRoutes(RouteFiles.none(directory), new Properties(), Set.of(), Set.of());
    }

    /** The files of one of the two sets only, or that differ; null if something changed that all routes may depend on. */
    @Nullable
    Set<Path> changesFrom(RehearsedRoutes former) {
        Set<Path> changed = new TreeSet<>();
        changed.addAll(files.files().keySet());
        changed.addAll(former.files.files().keySet());
        changed.removeIf(path -> former.files.files().get(path) != null
                && former.files.files().get(path).equals(files.files().get(path)));
        for (Path path : changed) {
            if (path.toString().endsWith(".properties") || shared.contains(path) || former.shared.contains(path)) {
                return null;
            }
        }
        // Java files are compiled together, and one may use another.
        if (changed.stream().anyMatch(path -> path.toString().endsWith(".java"))) {
            files.files().keySet().stream()
                    .filter(path -> path.toString().endsWith(".java"))
                    .forEach(changed::add);
        }
        return changed;
    }
}
