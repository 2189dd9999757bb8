package dev.journey.reload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.EndpointHelper;

/** Finds the file, the line and the words for a failure of Camel, of a YAML parser or of a Java compiler. */
final class RefusalReason {

    private static final Pattern YAML_MARK = Pattern.compile(" in (?:file|mem):.*?, line (\\d+), column \\d+");
    private static final Pattern COMPILER_ERROR = Pattern.compile("(\\w+\\.java):(\\d+): (?:error: )?(.*)");
    private static final Pattern BEAN = Pattern.compile("Error creating bean: (\\S+) of type");

    private final CamelContext running;
    private final RouteFiles files;
    private final List<RouteDefinition> routes = new ArrayList<>();

    RefusalReason(CamelContext running, RouteFiles files) {
        this.running = running;
        this.files = files;
    }

    void knows(Collection<RouteDefinition> definitions) {
        routes.addAll(definitions);
    }

    /** @param starting the route that was about to start */
    RoutesRefusedException of(Throwable failure, RouteDefinition starting) {
        RoutesRefusedException refused =
                of(failure, starting.getResource() instanceof RouteFile source ? source.path() : files.directory());
        return refused.getLine() != RoutesRefusedException.UNKNOWN_LINE
                ? refused
                : new RoutesRefusedException(
                        refused.getFile(), line(starting.getInput()), refused.getReason(), failure);
    }

    /** @param path the file, or null where the failure has to tell */
    RoutesRefusedException of(Throwable failure, Path path) {
        Path file = path;
        int line = RoutesRefusedException.UNKNOWN_LINE;
        List<String> words = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = Objects.requireNonNullElse(
                            cause.getMessage(), cause.getClass().getSimpleName())
                    .strip();
            RouteDefinition route = route(cause);
            Matcher mark = YAML_MARK.matcher(message);
            Matcher error = COMPILER_ERROR.matcher(message);
            Matcher bean = BEAN.matcher(message);
            if (isSaidByItsCause(cause)) {
                continue;
            }
            if (route != null) {
                file = route.getResource() instanceof RouteFile source ? source.path() : file;
                line = line(route, failure);
                continue;
            }
            if (error.find() && named(error.group(1)) != null) {
                return new RoutesRefusedException(
                        named(error.group(1)), Integer.parseInt(error.group(2)), error.group(3), failure);
            }
            if (mark.find()) {
                line = Integer.parseInt(mark.group(1));
                while (mark.find()) {
                    line = Integer.parseInt(mark.group(1));
                }
            }
            if (bean.find() && file != null) {
                line = lineOf(file, "name: *[\"']?" + Pattern.quote(bean.group(1)));
            }
            if (line == RoutesRefusedException.UNKNOWN_LINE) {
                for (StackTraceElement frame : cause.getStackTrace()) {
                    Path thrower = frame.getFileName() == null ? null : named(frame.getFileName());
                    if (thrower != null && thrower.toString().endsWith(".java")) {
                        file = thrower;
                        line = frame.getLineNumber();
                        break;
                    }
                }
            }
            String said = words(message);
            if (words.stream().noneMatch(word -> word.contains(said))) {
                words.add(said);
            }
        }
        return new RoutesRefusedException(
                file != null ? file : files.directory(), line, String.join(": ", words), failure);
    }

    private static boolean isSaidByItsCause(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage();
        return cause != null
                && (cause.toString().equals(message)
                        || message != null && message.startsWith("Error pre-parsing resource")
                        || failure instanceof ResolveEndpointFailedException
                                && cause instanceof ResolveEndpointFailedException);
    }

    // One line, without where and without the excerpt that a parser adds.
    private static String words(String message) {
        return message.lines()
                .filter(line -> !line.startsWith(" "))
                .map(line -> YAML_MARK.split(line, 2)[0])
                .collect(Collectors.joining(", "))
                .replaceFirst("[.:\\s]+$", "");
    }

    private RouteDefinition route(Throwable failure) {
        String id = null;
        if (failure instanceof FailedToCreateRouteException create) {
            id = create.getRouteId();
        } else if (failure instanceof FailedToStartRouteException start) {
            id = start.getRouteId();
        }
        if (id == null || failure.getCause() == null) {
            return null;
        }
        String wanted = id;
        return routes.stream()
                .filter(route -> wanted.equals(route.getRouteId()))
                .findFirst()
                .orElse(null);
    }

    private int line(RouteDefinition route, Throwable failure) {
        Collection<? extends ProcessorDefinition<?>> steps = steps(route);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String uri = null;
            if (cause instanceof ResolveEndpointFailedException unresolved) {
                uri = unresolved.getUri();
            } else if (cause instanceof NoSuchEndpointException unknown) {
                uri = unknown.getUri();
            }
            for (ProcessorDefinition<?> step : steps) {
                if (uri != null
                        && step instanceof EndpointRequiredDefinition endpoint
                        && isSame(endpoint.getEndpointUri(), uri)) {
                    return line(step);
                }
            }
        }
        for (ProcessorDefinition<?> step : steps) {
            if (failure.getMessage() != null && failure.getMessage().contains(" at: >>> " + step + " <<< ")) {
                return line(step);
            }
        }
        return line(route.getInput());
    }

    @SuppressWarnings("unchecked")
    private static Collection<? extends ProcessorDefinition<?>> steps(RouteDefinition route) {
        return (Collection<? extends ProcessorDefinition<?>>) (Collection<?>)
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
    }

    private boolean isSame(String written, String resolved) {
        try {
            return written.equals(resolved)
                    || EndpointHelper.normalizeEndpointUri(running.resolvePropertyPlaceholders(written))
                            .equals(EndpointHelper.normalizeEndpointUri(resolved));
        } catch (RuntimeException unresolvable) {
            return false;
        }
    }

    // Camel's YAML loader notes where a step's value begins, counting from 0: right unless that is on the step's line.
    int line(OptionalIdentifiedDefinition<?> definition) {
        int line = Math.max(definition.getLineNumber(), RoutesRefusedException.UNKNOWN_LINE);
        RouteFile file = files.at(definition.getLocation());
        if (file != null && line != RoutesRefusedException.UNKNOWN_LINE) {
            List<String> lines = file.content().lines().skip(line - 1L).limit(2).toList();
            String name = definition.getShortName() + ":";
            return lines.size() == 2
                            && !lines.get(0).contains(name)
                            && lines.get(1).contains(name)
                    ? line + 1
                    : line;
        }
        return line;
    }

    private Path named(String name) {
        return files.files().keySet().stream()
                .filter(path -> path.getFileName().toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    private int lineOf(Path path, String pattern) {
        RouteFile file = files.files().get(path);
        Matcher matcher = Pattern.compile(pattern).matcher(file == null ? "" : file.content());
        return matcher.find()
                ? (int) file.content().substring(0, matcher.start()).lines().count()
                : RoutesRefusedException.UNKNOWN_LINE;
    }
}
