package io.signalbox.gateway.amqp;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.SessionInfo;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.ReservedNames;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.ClientOptions;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;

/** A gateway on a free port in front of the embedded broker, and clients of Apache Qpid for it. */
public final class AmqpFixture implements AutoCloseable {
    /** Who has a name is believed if the password is the name too. */
    public static final Authenticator NAME_IS_PASSWORD = credentials -> {
        String user = credentials.userName();
        byte[] password = credentials.password();
        if (user == null) {
            return CompletableFuture.completedFuture(Principal.anonymous(credentials.clientId()));
        }
        return password != null && new String(password, StandardCharsets.UTF_8).equals(user)
                ? CompletableFuture.completedFuture(Principal.user(user, credentials.clientId()))
                : CompletableFuture.failedFuture(
                        new SignalboxException(ReasonCode.BAD_CREDENTIALS, "user name or password is wrong"));
    };

    public final Broker broker;
    public final AmqpGateway gateway;
    public final int port;
    private final EventLoops loops;
    private final List<Client> clients = new ArrayList<>();

    public AmqpFixture(Path directory) {
        this(directory, AmqpConfig.DEFAULT, Authorizer.ALLOW_ALL);
    }

    public AmqpFixture(Path directory, AmqpConfig config, Authorizer authorizer) {
        this(directory, config, authorizer, NAME_IS_PASSWORD, broker -> broker);
    }

    /** @param before what the gateway sees of the broker */
    public AmqpFixture(
            Path directory,
            AmqpConfig config,
            Authorizer authorizer,
            Authenticator authenticator,
            UnaryOperator<Transport> before) {
        TimeSource time = TimeSource.monotonic();
        BrokerConfig quickRetries = BrokerConfig.DEFAULT.withRetry(4, List.of(Duration.ofMillis(1)));
        try {
            broker = EmbeddedBroker.open(quickRetries, LogConfig.defaults(directory), authorizer, time);
            loops = EventLoops.start(2);
            gateway = new AmqpGateway(
                    config.withPort(0), before.apply(broker), this::queues, authenticator, authorizer, time, loops);
            port = gateway.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<String> queues() {
        return broker.sessions().stream()
                .map(SessionInfo::name)
                .filter(name -> name.startsWith(ReservedNames.QUEUE))
                .collect(Collectors.toSet());
    }

    public static ConnectionOptions options() {
        ConnectionOptions options = new ConnectionOptions();
        options.transportOptions().allowNativeIO(false);
        return options;
    }

    public Connection connect(String containerId) throws Exception {
        return connect(containerId, options());
    }

    public Connection connect(String containerId, ConnectionOptions options) throws Exception {
        Client client = Client.create(new ClientOptions().id(containerId));
        clients.add(client);
        Connection connection = client.connect("127.0.0.1", port, options);
        connection.openFuture().get();
        return connection;
    }

    public long count(AmqpCounter counter) {
        return gateway.counters().value(counter);
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
        gateway.close();
        broker.close();
        loops.close();
    }
}
