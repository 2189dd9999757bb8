package dev.journey.reload;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.dsl.java.joor.Helper;
import org.apache.camel.dsl.java.joor.JavaRoutesBuilderLoader;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.apache.camel.language.joor.CompilationUnit.Result;
import org.apache.camel.language.joor.JavaJoorClassLoader;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceAware;
import org.apache.camel.support.service.ServiceHelper;

/** Camel's loader of Java routes; what a rehearsal has compiled is not compiled again to run. */
final class RehearsedJavaLoader extends JavaRoutesBuilderLoader {

    private final AtomicReference<Compilation> rehearsed;

    private RehearsedJavaLoader(AtomicReference<Compilation> rehearsed) {
        this.rehearsed = rehearsed;
    }

    /** Has a context use such a loader, if Camel's is on the class path. */
    static void install(CamelContext context, Registry registry, AtomicReference<Compilation> rehearsed) {
        RehearsedJavaLoader loader = new RehearsedJavaLoader(rehearsed);
        loader.setCamelContext(context);
        ServiceHelper.startService(loader);
        registry.bind(DefaultRoutesLoader.ROUTES_LOADER_KEY_PREFIX + EXTENSION, loader);
    }

    @Override
    protected Result compileResources(Collection<Resource> resources) throws Exception {
        Compilation known = rehearsed.getAndSet(null);
        if (known == null || !known.sources().equals(Set.copyOf(resources))) {
            Result compiled = super.compileResources(resources);
            rehearsed.set(new Compilation(Set.copyOf(resources), compiled));
            return compiled;
        }
        JavaJoorClassLoader classes = (JavaJoorClassLoader)
                getCamelContext().getClassResolver().getClassLoader(JavaJoorClassLoader.class.getSimpleName());
        for (String name : known.result().getClassNames()) {
            classes.removeClass(name);
            classes.addClass(name, known.result().getClass(name), known.result().getByteCode(name));
        }
        return known.result();
    }

    @Override
    protected Collection<RoutesBuilder> doLoadRoutesBuilders(Collection<Resource> resources) throws Exception {
        Collection<RoutesBuilder> builders = super.doLoadRoutesBuilders(resources);
        for (RoutesBuilder builder : builders) {
            for (Resource resource : resources) {
                if (resource instanceof RouteFile file
                        && Helper.determineName(file, file.content())
                                .equals(builder.getClass().getName())) {
                    ResourceAware.trySetResource(builder, file);
                }
            }
        }
        return builders;
    }

    /** The classes of some files. */
    record Compilation(Set<Resource> sources, Result result) {}
}
