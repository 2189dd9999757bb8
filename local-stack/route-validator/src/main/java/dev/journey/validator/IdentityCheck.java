package dev.journey.validator;

import dev.journey.validator.YamlFile.Entry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Whether each route has an id of its own that begins with the service's name, and a description. */
final class IdentityCheck {

    // What runs by itself or others refer to. A routeConfiguration without an id is every route's.
    private static final Map<String, String> IDS =
            Map.of("route", "id", "routeTemplate", "id", "templatedRoute", "routeId", "rest", "id");
    private static final Set<String> DESCRIBED = Set.of("route", "routeTemplate", "rest", "routeConfiguration");
    private static final Set<String> OPAQUE = Set.of("parameters", "properties", "beans");

    private final Service service;
    private final Findings findings;
    private final Map<String, String> owners = new HashMap<>();

    IdentityCheck(Service service, Findings findings) {
        this.service = service;
        this.findings = findings;
    }

    void check(YamlFile file) {
        for (Entry entry : file.entries()) {
            if (entry.isWithin(OPAQUE)) {
                continue;
            }
            if (entry.parent() == null && IDS.containsKey(entry.key()) && entry.isMapping()) {
                String name = IDS.get(entry.key());
                file.child(entry, name)
                        .filter(Entry::isScalar)
                        .ifPresentOrElse(
                                id -> checkPrefix(file.path(), id.line(), id.text()),
                                () -> findings.add(
                                        file.path(),
                                        entry.line(),
                                        "this " + entry.key() + " has no " + name + "; begin it with '" + service.name()
                                                + "-'"));
            }
            if (entry.parent() == null && entry.key().equals("from")) {
                findings.add(
                        file.path(),
                        entry.line(),
                        "this route has no id and no description; put it under 'route:', which can have them");
            }
            if (entry.parent() == null && DESCRIBED.contains(entry.key()) && entry.isMapping()) {
                boolean described = file.child(entry, "description")
                        .filter(Entry::isScalar)
                        .filter(description -> !description.text().isBlank())
                        .isPresent();
                if (!described) {
                    findings.add(
                            file.path(),
                            entry.line(),
                            "this " + entry.key() + " has no description; say what it is for");
                }
            }
            if (entry.parent() != null && isId(entry) && entry.isScalar()) {
                checkUnique(file.path(), entry.line(), entry.text());
            }
        }
    }

    private static boolean isId(Entry entry) {
        return entry.key().equals("id")
                || entry.key().equals("routeId") && entry.parent().key().equals("templatedRoute");
    }

    void checkPrefix(Path file, int line, String id) {
        if (!id.startsWith(service.name() + "-")) {
            findings.add(file, line, "the id '" + id + "' must begin with '" + service.name() + "-'");
        }
    }

    void checkUnique(Path file, int line, String id) {
        String owner = owners.putIfAbsent(id, file.getFileName() + ":" + line);
        if (owner != null) {
            findings.add(file, line, "the id '" + id + "' is taken, in " + owner + "; choose another");
        }
    }
}
