package dev.journey.grpc;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.grpc.GrpcComponent;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.support.SynchronousDelegateProducer;
import org.springframework.beans.BeanUtils;

/** A {@code grpc} endpoint with this extension's consumers and producers. */
class ManagedGrpcEndpoint extends GrpcEndpoint {

    private final RouteServers servers;
    private final GrpcProperties.Client client;
    private final GrpcTls tls;

    ManagedGrpcEndpoint(GrpcEndpoint endpoint, RouteServers servers, GrpcProperties.Client client, GrpcTls tls) {
        super(endpoint.getEndpointUri(), (GrpcComponent) endpoint.getComponent(), endpoint.getConfiguration());
        BeanUtils.copyProperties(endpoint, this);
        this.servers = servers;
        this.client = client;
        this.tls = tls;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        GracefulGrpcConsumer consumer = new GracefulGrpcConsumer(this, processor, servers);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() throws Exception {
        if (configuration.isToRouteControlledStreamObserver()) {
            return super.createProducer();
        }
        Producer producer = new ReconnectingGrpcProducer(this, client, tls);
        return configuration.isSynchronous() ? new SynchronousDelegateProducer(producer) : producer;
    }
}
