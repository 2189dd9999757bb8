package dev.journey.reload;

import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.camel.spi.PropertiesSource;

/** The placeholders of the folder's {@code *.properties}: those that run, or on a rehearsing thread those to come. */
final class PlaceholderFiles implements PropertiesSource {

    private final ThreadLocal<Properties> rehearsed = new ThreadLocal<>();
    private volatile Properties running = new Properties();

    void run(Properties properties) {
        running = properties;
    }

    <T> T rehearse(Properties properties, Callable<T> rehearsal) throws Exception {
        rehearsed.set(properties);
        try {
            return rehearsal.call();
        } finally {
            rehearsed.remove();
        }
    }

    @Override
    public String getName() {
        return "route-files";
    }

    @Override
    public String getProperty(String name) {
        Properties properties = rehearsed.get();
        return (properties != null ? properties : running).getProperty(name);
    }
}
