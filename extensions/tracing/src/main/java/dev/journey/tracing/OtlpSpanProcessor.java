package dev.journey.tracing;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.http.HttpExporter;
import io.opentelemetry.exporter.internal.http.HttpExporterBuilder;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.marshal.Serializer;
import io.opentelemetry.exporter.otlp.internal.OtlpConfigUtil;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.common.internal.StandardComponentId.ExporterType;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports spans in batches by OTLP over HTTP, as the SDK's {@link BatchSpanProcessor} does and by its settings
 * ({@code otel.bsp.*}), but writes each into the request as it ends. What waits is bytes and not objects, which the
 * garbage collector would move from one generation to the next, and the code that writes them runs often enough to be
 * compiled.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/trace/sdk/#batching-processor">OpenTelemetry, Tracing SDK,
 *     "Batching processor"</a>
 */
final class OtlpSpanProcessor implements EndedSpanProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(OtlpSpanProcessor.class);

    // The exporter names it for each kind of exporter, and takes another from the settings.
    private static final String DEFAULT_ENDPOINT = "http://localhost:4318/v1/traces";

    private final HttpExporter exporter;
    private final int queueSize;
    private final int batchSize;
    private final Duration delay;
    private final long exportTimeoutNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private Batch filling = new Batch();
    private Batch sending;
    private Batch spare;
    private int spansWaiting;
    private int spansDropped;
    private boolean stopped;

    /**
     * Starts the thread that exports.
     *
     * @param settings the SDK's: {@code otel.bsp.*} and {@code otel.exporter.otlp.*}
     * @param meterProvider what the exporter's own metrics are for; it is asked when the first spans are exported
     */
    OtlpSpanProcessor(ConfigProperties settings, Supplier<MeterProvider> meterProvider) {
        exporter = exporter(settings, meterProvider);
        queueSize = settings.getInt("otel.bsp.max.queue.size", 2048);
        batchSize = Math.min(settings.getInt("otel.bsp.max.export.batch.size", 512), queueSize);
        delay = settings.getDuration("otel.bsp.schedule.delay", Duration.ofSeconds(5));
        Duration timeout = settings.getDuration("otel.bsp.export.timeout", Duration.ofSeconds(30));
        exportTimeoutNanos = timeout.isZero() ? Long.MAX_VALUE : timeout.toNanos();
        Thread thread = new Thread(this::export, "OtlpSpanProcessor");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            if (spansWaiting >= queueSize) {
                spansDropped++;
                return;
            }
            filling.request.add(span.toSpanData());
            spansWaiting++;
            if (filling.request.spans() >= batchSize) {
                close(filling);
            } else if (filling.request.spans() == 1) {
                filling.due = System.nanoTime() + delay.toNanos();
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Exports at once what has ended; the result is that of the last request. */
    @Override
    public CompletableResultCode forceFlush() {
        lock.lock();
        try {
            if (filling.request.spans() > 0) {
                close(filling);
            }
            Batch last = waiting.isEmpty() ? sending : waiting.getLast();
            return last == null ? CompletableResultCode.ofSuccess() : last.result;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableResultCode shutdown() {
        lock.lock();
        try {
            if (stopped) {
                return CompletableResultCode.ofSuccess();
            }
            CompletableResultCode flushed = forceFlush();
            stopped = true;
            changed.signal();
            CompletableResultCode result = new CompletableResultCode();
            flushed.whenComplete(() -> exporter.shutdown().whenComplete(() -> {
                if (flushed.isSuccess()) {
                    result.succeed();
                } else {
                    result.fail();
                }
            }));
            return result;
        } finally {
            lock.unlock();
        }
    }

    private void close(Batch full) {
        waiting.add(full);
        filling = spare == null ? new Batch() : spare;
        spare = null;
        changed.signal();
    }

    private void export() {
        try {
            for (Batch batch = next(); batch != null; batch = next()) {
                export(batch);
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for what is to be exported; null when there will be nothing more. */
    private Batch next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (filling.request.spans() > 0) {
                    long nanoseconds = filling.due - System.nanoTime();
                    if (nanoseconds <= 0) {
                        close(filling);
                    } else {
                        changed.awaitNanos(nanoseconds);
                    }
                } else if (stopped) {
                    return null;
                } else {
                    changed.await();
                }
            }
            sending = waiting.poll();
            spansWaiting -= sending.request.spans();
            warnOfDropped();
            return sending;
        } finally {
            lock.unlock();
        }
    }

    private void warnOfDropped() {
        if (spansDropped > 0) {
            LOG.warn(
                    "{} spans were dropped: {} were waiting to be exported already (otel.bsp.max.queue.size)",
                    spansDropped,
                    queueSize);
            spansDropped = 0;
        }
    }

    private void export(Batch batch) {
        batch.request.end();
        CompletableResultCode exported = CompletableResultCode.ofFailure();
        try {
            exported = exporter.export(batch, batch.request.spans());
            exported.join(exportTimeoutNanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException exception) {
            LOG.warn("{} spans could not be exported", batch.request.spans(), exception);
        }
        if (exported.isSuccess()) {
            batch.result.succeed();
        } else {
            batch.result.fail();
        }
        lock.lock();
        try {
            sending = null;
            // One that took too long is perhaps still being sent.
            if (exported.isDone()) {
                batch.clear();
                spare = batch;
            }
        } finally {
            lock.unlock();
        }
    }

    // The SDK's own exporter, but for spans that are bytes already. It is made of internal classes of the very version
    // that is used, since no public one takes the standard settings (endpoint, headers, TLS, compression, retries).
    private static HttpExporter exporter(ConfigProperties settings, Supplier<MeterProvider> meterProvider) {
        HttpExporterBuilder builder = new HttpExporterBuilder(ExporterType.OTLP_HTTP_SPAN_EXPORTER, DEFAULT_ENDPOINT);
        OtlpConfigUtil.configureOtlpExporterBuilder(
                OtlpConfigUtil.DATA_TYPE_TRACES,
                settings,
                builder::setComponentLoader,
                builder::setEndpoint,
                builder::addConstantHeaders,
                builder::setCompression,
                builder::setTimeout,
                builder::setTrustManagerFromCerts,
                builder::setKeyManagerFromCerts,
                builder::setRetryPolicy,
                memoryMode -> {
                    // How the SDK's marshalers use memory.
                },
                builder::setInternalTelemetryVersion);
        return builder.setMeterProvider(meterProvider).build();
    }

    /** A request, until when it is filled, and what became of it. */
    private static final class Batch extends Marshaler implements MessageWriter {

        private final OtlpTraceRequest request = new OtlpTraceRequest();
        private CompletableResultCode result = new CompletableResultCode();
        private long due;

        void clear() {
            request.clear();
            result = new CompletableResultCode();
        }

        @Override
        public MessageWriter toBinaryMessageWriter() {
            return this;
        }

        @Override
        public void writeMessage(OutputStream output) throws IOException {
            request.writeTo(output);
        }

        @Override
        public int getContentLength() {
            return request.length();
        }

        @Override
        public int getBinarySerializedSize() {
            return request.length();
        }

        @Override
        protected void writeTo(Serializer output) {
            throw new UnsupportedOperationException("It is written already");
        }
    }
}
