# The three services in one file: one build of the Maven tree, one training run, one target for all of them.
#   docker build --build-arg SERVICE=gateway .
ARG JAVA_IMAGE=eclipse-temurin:25-jdk

FROM ${JAVA_IMAGE} AS build
WORKDIR /build
COPY . .
ENV MAVEN_USER_HOME=/maven
RUN --mount=type=cache,target=/maven \
    ./mvnw -B -q -Dmaven.repo.local=/maven/repository -DskipTests -Dspotless.check.skip=true package -am \
      -pl gateway-app,checkout-app,stock-app,local-stack/backend

# A run of the whole journey on an embedded broker writes what the JVM loads and compiles to a cache for each service:
# it is the same for all three, and the cache fits only the files that it was made with.
FROM ${JAVA_IMAGE} AS train
COPY --from=build /build/gateway-app/target/app /app/gateway
COPY --from=build /build/checkout-app/target/app /app/checkout
COPY --from=build /build/stock-app/target/app /app/stock
COPY --from=build /build/local-stack/backend/target/app /backend
COPY routes /routes
COPY scripts/train-aot /usr/local/bin/
RUN train-aot

FROM ${JAVA_IMAGE}
ARG SERVICE
ARG REVISION=unknown
LABEL org.opencontainers.image.title="checkout-journey-${SERVICE}" \
      org.opencontainers.image.description="The ${SERVICE} service of the checkout journey" \
      org.opencontainers.image.revision="${REVISION}"
RUN groupadd --gid 10001 journey && \
    useradd --uid 10001 --gid journey --no-create-home --shell /usr/sbin/nologin journey
COPY --from=train /app/${SERVICE} /app/${SERVICE}
COPY --from=train /routes/${SERVICE} /routes
# The sizes of the young generation and of the heap at first: with a cache the serial collector never looks at them again.
# Its survivors are so large that what lives for a moment is not taken for old.
ENV SERVICE=${SERVICE} \
    ROUTES_DIR=/routes \
    SPRING_THREADS_VIRTUAL_ENABLED=true \
    JAVA_OPTIONS="-XX:+UseSerialGC -XX:InitialRAMPercentage=16 -XX:MaxRAMPercentage=40 -Xmn21m -XX:SurvivorRatio=6 -XX:TargetSurvivorRatio=90 -Dio.netty.allocator.numDirectArenas=1 -XX:TrimNativeHeapInterval=10000 -XX:+ExitOnOutOfMemoryError"
USER 10001:10001
WORKDIR /app/${SERVICE}
HEALTHCHECK --interval=3s --timeout=3s --start-period=60s --retries=5 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_ADDRESS##*:} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["bash", "-c", "exec java -XX:AOTCache=app.aot -Duser.home=/tmp $JAVA_OPTIONS -jar $SERVICE-app.jar"]
