package dev.journey.reload;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which route of the files keeps the context from starting: Camel says only what has failed. */
final class StartFailureLog extends SimpleEventNotifierSupport {

    private static final Logger LOG = LoggerFactory.getLogger(StartFailureLog.class);

    private final RouteFiles files;

    StartFailureLog(RouteFiles files) {
        this.files = files;
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof CamelEvent.CamelContextStartupFailureEvent failure) {
            CamelContext context = failure.getContext();
            for (Route route : context.getRoutes()) {
                if (route instanceof ReloadableRoute own
                        && own.getProperties().get("route.start.exception") instanceof Exception exception) {
                    LOG.error(
                            "The routes do not start: {}",
                            new RefusalReason(context, files)
                                    .of(exception, (RouteDefinition) own.getRoute())
                                    .getMessage());
                }
            }
        }
    }
}
