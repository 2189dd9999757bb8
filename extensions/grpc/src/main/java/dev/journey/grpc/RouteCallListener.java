package dev.journey.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/** Stands around what a route does for a call, which all happens within two of a listener's events. */
abstract class RouteCallListener<RequestT> extends SimpleForwardingServerCallListener<RequestT> {

    RouteCallListener(ServerCall.Listener<RequestT> listener) {
        super(listener);
    }

    /** Runs what the route does, or not. */
    abstract void run(Runnable event);

    @Override
    public void onMessage(RequestT message) {
        run(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        run(super::onHalfClose);
    }
}
