package io.signalbox.server;

import io.signalbox.broker.Broker;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.configuration.InvalidConfigurationException;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.configuration.hierarchy.AbsentTransportException;
import io.signalbox.gateway.amqp.AmqpGateway;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.gateway.mqtt.MqttGateway;
import io.signalbox.log.LogConfig;
import io.signalbox.log.LogFormatException;
import io.signalbox.log.LogLockedException;
import io.signalbox.security.Security;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.server.exit.ExitCode;
import io.signalbox.server.front.Front;
import io.signalbox.server.front.KnownQueues;
import io.signalbox.server.http.Api;
import io.signalbox.server.http.GatewayAddress;
import io.signalbox.server.http.HttpGateway;
import io.signalbox.server.metrics.Metrics;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole server: opens every room in order, and closes them in the opposite one. Embeddable. */
public final class SignalboxServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignalboxServer.class);
    private static final Duration HTTP_GRACE = Duration.ofSeconds(2);

    private final ServerConfig config;
    /** Last opened first. */
    private final Deque<Room> rooms = new ArrayDeque<>();

    private final Security security;
    private final Broker broker;
    private final Ports ports;
    /** Null while they are being opened, or if there are none. */
    private volatile @Nullable ConfiguredTransports transports;
    /** Null while the start is not so far. */
    private volatile @Nullable Front front;

    private final Reload reload;
    /** Null until they listen. */
    private volatile @Nullable Gateways gateways;

    private volatile boolean ready;
    private boolean closed;

    /**
     * Where it really listens.
     *
     * @param amqp 0: nowhere
     */
    public record Ports(int mqtt, int amqp, int http) {}

    private record Room(String name, AutoCloseable door) {}

    private SignalboxServer(ServerConfig config) throws ServerStartException {
        this.config = config;
        try {
            security = open("security", Security.open(config.security()));
            TimeSource time = TimeSource.monotonic();
            reload = new Reload(security);
            EventLoops loops = open("event loops", EventLoops.start(config.eventLoops()));
            broker = open("broker", openBroker(time));
            Metrics metrics = open("metrics", new Metrics(broker));
            Api api = new Api(
                    broker,
                    security.authorizer(),
                    time,
                    metrics,
                    () -> ready,
                    this::frontHealth,
                    this::transportHealth,
                    this::removeSession,
                    reload::run,
                    this::addresses,
                    config.http(),
                    loops);
            HttpGateway http = reload.opening(
                    () -> HttpGateway.start(config.http(), api, security.authenticator(), security.authorizer(), loops),
                    HttpGateway::gate);
            Room httpRoom = new Room("http", () -> http.close(HTTP_GRACE));
            rooms.push(httpRoom);
            ConfiguredTransports opened = openTransports(time);
            // Whoever supervises the start may ask at once; nobody asks for the health of what is being closed.
            rooms.remove(httpRoom);
            rooms.push(httpRoom);
            Front served = Front.of(config.transports(), broker, opened, security.authorizer());
            if (opened != null) {
                metrics.bind(opened, served::withheldCount);
            }
            transports = opened;
            front = served;
            MqttGateway mqtt = open(
                    "mqtt",
                    new MqttGateway(
                            config.mqtt(),
                            served.transport(),
                            security.authenticator(),
                            security.authorizer(),
                            time,
                            loops));
            AmqpGateway amqp = config.amqpEnabled()
                    ? open(
                            "amqp",
                            new AmqpGateway(
                                    config.amqp(),
                                    served.transport(),
                                    KnownQueues.of(config.transports(), broker),
                                    security.authenticator(),
                                    security.authorizer(),
                                    time,
                                    loops))
                    : null;
            Gateways listening = new Gateways(config, mqtt, amqp, http);
            security.onRevoked(listening::revoke);
            ports = new Ports(
                    listen(mqtt.gate(), mqtt::start), amqp == null ? 0 : listen(amqp.gate(), amqp::start), http.port());
            listening.bind(metrics);
            listening.warnOfPlainPasswords();
            gateways = listening;
            http.serve(listening.webSockets());
            ready = true;
        } catch (InvalidConfigurationException e) {
            throw failed(ExitCode.CONFIGURATION, e.getMessage(), e);
        } catch (AbsentTransportException e) {
            throw failed(ExitCode.UNAVAILABLE, e.getMessage(), e);
        } catch (SecurityFileException e) {
            throw failed(ExitCode.CONFIGURATION, e.getMessage(), e);
        } catch (LogLockedException e) {
            throw failed(ExitCode.LOCKED, "data folder: " + e.getMessage(), e);
        } catch (LogFormatException e) {
            throw failed(ExitCode.DATA_FORMAT, "data folder: " + e.getMessage(), e);
        } catch (DataFolderException e) {
            throw failed(e.exitCode(), e.getMessage(), e);
        } catch (IOException e) {
            throw failed(ExitCode.UNAVAILABLE, e.getMessage(), e);
        } catch (RuntimeException e) {
            throw failed(ExitCode.INTERNAL, "the server could not start: " + e, e);
        }
    }

    /** @throws ServerStartException whatever is wrong, with nothing left running */
    public static SignalboxServer start(ServerConfig config) throws ServerStartException {
        return new SignalboxServer(config);
    }

    private <T extends AutoCloseable> T open(String name, T door) {
        rooms.push(new Room(name, door));
        return door;
    }

    private int listen(Gate gate, Reload.Opening<Integer> start) throws IOException {
        return reload.opening(start, port -> gate);
    }

    /** Null if none is configured: nobody then pays for looking. */
    private @Nullable ConfiguredTransports openTransports(TimeSource time)
            throws InvalidConfigurationException, AbsentTransportException {
        TransportsConfig configured = config.transports();
        if (configured.isEmpty()) {
            return null;
        }
        ConfiguredTransports opened =
                ConfiguredTransports.open(configured, Map.of(ServerConfig.BROKER, broker), config.promises(), time);
        rooms.push(new Room("transports", () -> closeTransports(opened)));
        return opened;
    }

    /** The broker comes after them, and must have its time, whatever their servers do. */
    private void closeTransports(ConfiguredTransports opened) {
        Duration limit = config.shutdownTimeout().dividedBy(2);
        if (!opened.close(limit)) {
            LOG.error("the transports did not close within {} ms and are left to themselves", limit.toMillis());
        }
    }

    private Map<String, Health> transportHealth() {
        ConfiguredTransports opened = transports;
        if (opened != null) {
            return opened.health();
        }
        return config.transports().isEmpty()
                ? Map.of()
                : Map.of("transports", new Health(Health.Status.DOWN, "they are being opened"));
    }

    private boolean removeSession(String name) throws InterruptedException {
        Front served = front;
        return served != null && served.engine() != broker && served.removeSession(name);
    }

    private List<GatewayAddress> addresses() {
        Gateways listening = gateways;
        return listening == null ? List.of() : listening.addresses(ports);
    }

    private Health frontHealth() {
        Front served = front;
        return served == null ? new Health(Health.Status.DOWN, "it is being opened") : served.health();
    }

    /** What is carried by what, for people; empty if no transports are configured. */
    public List<String> transportLines() {
        ConfiguredTransports opened = transports;
        return opened == null ? List.of() : opened.lines();
    }

    private Broker openBroker(TimeSource time) throws IOException {
        LogConfig log = config.log();
        Path data = log.directory();
        try {
            if (!Files.isDirectory(data)) {
                Files.createDirectories(
                        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new DataFolderException(
                    ExitCode.CANNOT_CREATE,
                    "data folder " + data + " cannot be created (" + e + "); choose another one with --data DIR",
                    e);
        }
        try {
            return EmbeddedBroker.open(
                    config.broker(), log.withDirectory(data.resolve("log")), security.authorizer(), time);
        } catch (LogLockedException | LogFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new DataFolderException(
                    ExitCode.IO_ERROR, "data folder " + data + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static final class DataFolderException extends IOException {
        private static final long serialVersionUID = 1L;
        private final ExitCode exitCode;

        DataFolderException(ExitCode exitCode, String message, Throwable cause) {
            super(message, cause);
            this.exitCode = exitCode;
        }

        ExitCode exitCode() {
            return exitCode;
        }
    }

    private ServerStartException failed(ExitCode code, @Nullable String message, Throwable e) {
        closeRooms();
        return new ServerStartException(code, String.valueOf(message), e);
    }

    public Ports ports() {
        return ports;
    }

    /** For tests and embedders. */
    public Broker broker() {
        return broker;
    }

    /** Reads the security files and TLS certificates again; a bad one changes nothing and is logged. */
    public void reload() {
        try {
            reload.run();
        } catch (IOException | SecurityFileException e) {
            LOG.warn("nothing was reloaded");
        } catch (RuntimeException e) {
            LOG.warn("not all of the reload was done: {}", e.toString());
        }
    }

    /**
     * Refuses new work, tells clients, makes everything durable, and ends, within the configured time.
     *
     * @return false if it had to be cut off
     */
    public boolean shutDown() {
        ready = false;
        Thread closer = Thread.ofPlatform().name("signalbox-shutdown").daemon().start(this::close);
        try {
            closer.join(config.shutdownTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closer.isAlive()) {
            LOG.error(
                    "the shutdown took longer than server.shutdown-timeout ({} ms) and is cut off; what was"
                            + " acknowledged is safe",
                    config.shutdownTimeout().toMillis());
            return false;
        }
        return true;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            ready = false;
            closeRooms();
        }
    }

    private void closeRooms() {
        while (!rooms.isEmpty()) {
            Room room = rooms.pop();
            try {
                room.door().close();
            } catch (Exception e) {
                LOG.error("{} did not close cleanly", room.name(), e);
            }
        }
    }
}
