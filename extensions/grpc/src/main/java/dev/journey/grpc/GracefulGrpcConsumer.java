package dev.journey.grpc;

import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.grpc.GrpcConstants;
import org.apache.camel.component.grpc.GrpcConsumer;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.component.grpc.server.BindableServiceFactory;
import org.apache.camel.component.grpc.server.DefaultBindableServiceFactory;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code grpc} consumer with a {@link RouteServer}, which lets the calls in hand finish when it stops. While it is
 * suspended, another one can start at its address, and takes the connections that have come meanwhile.
 */
class GracefulGrpcConsumer extends GrpcConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulGrpcConsumer.class);

    private final RouteServers servers;
    private RouteServer server;

    GracefulGrpcConsumer(GrpcEndpoint endpoint, Processor processor, RouteServers servers) {
        super(endpoint, processor, endpoint.getConfiguration());
        this.servers = servers;
    }

    // Camel's own server is private to its consumer, and so not to be started or stopped.
    @Override
    protected void doStart() throws Exception {
        ServiceHelper.startService(getProcessor());
        serve();
        LOG.info("gRPC server started and listening on port: {}", server.port());
    }

    private void serve() throws Exception {
        BindableServiceFactory factory = CamelContextHelper.lookup(
                endpoint.getCamelContext(),
                GrpcConstants.GRPC_BINDABLE_SERVICE_FACTORY_NAME,
                BindableServiceFactory.class);
        server = servers.start(
                endpoint,
                (factory != null ? factory : new DefaultBindableServiceFactory()).createBindableService(this));
    }

    // When all stops, nobody is to wait for a server that does not come.
    @Override
    protected void doSuspend() throws Exception {
        if (endpoint.getCamelContext().isStopping()) {
            servers.refuse(server);
        } else {
            servers.suspend(server);
        }
    }

    @Override
    protected void doResume() throws Exception {
        RouteServer former = server;
        serve();
        servers.stop(former);
    }

    @Override
    protected void doStop() throws Exception {
        if (server != null) {
            servers.stop(server);
            server = null;
        }
        ServiceHelper.stopService(getProcessor());
    }

    /** Also while it stops: the messages of a call in hand are still the route's. */
    @Override
    public boolean isRunAllowed() {
        return isStopping() || super.isRunAllowed();
    }
}
