package dev.journey.reload;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.apache.camel.impl.engine.DefaultRoute;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * A route that can take over the running consumer of another one, so that its endpoint never stops to answer: the
 * socket, the mapping or the subscription stays, and the exchanges that arrive take the new steps.
 */
final class ReloadableRoute extends DefaultRoute {

    private final Entrance entrance;
    private ReloadableRoute predecessor;
    private Entrance.Steps steps;
    private Consumer consumer;
    private boolean gone;

    /** @param predecessor the started route on the same endpoint whose consumer this one takes over, or null */
    ReloadableRoute(
            CamelContext context,
            NamedNode definition,
            String id,
            String description,
            String note,
            Endpoint endpoint,
            RouteFile file,
            ReloadableRoute predecessor) {
        super(context, definition, id, description, note, endpoint, file);
        this.predecessor = predecessor;
        this.entrance = predecessor != null ? predecessor.entrance : new Entrance();
    }

    RouteFile file() {
        return (RouteFile) getSourceResource();
    }

    @Override
    protected void gatherServices(List<Service> services) throws Exception {
        Processor processor = getProcessor();
        setProcessor(entrance);
        try {
            super.gatherServices(services);
        } finally {
            setProcessor(processor);
        }
        ServiceHelper.getChildServices((Service) processor).stream()
                .filter(service -> !services.contains(service))
                .forEach(services::add);
        steps = new Entrance.Steps(AsyncProcessorConverterHelper.convert(processor));
        consumer = super.getConsumer();
        if (predecessor != null) {
            services.set(services.indexOf(consumer), predecessor.consumer);
            consumer = predecessor.consumer;
        } else {
            entrance.leadTo(steps);
        }
    }

    // All that the steps need has started by now.
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        entrance.leadTo(steps);
        if (predecessor != null) {
            predecessor.getServices().remove(consumer);
            predecessor.consumer = null;
            predecessor = null;
        }
    }

    @Override
    public Consumer getConsumer() {
        return consumer;
    }

    /** Null once this is gone and another route has the endpoint, since Camel shuts down what a removed route had. */
    @Override
    public Endpoint getEndpoint() {
        return gone && consumer == null ? null : super.getEndpoint();
    }

    void go() {
        gone = true;
    }

    boolean isIdle() {
        return steps == null || steps.areIdle();
    }
}
