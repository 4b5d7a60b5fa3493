package io.signalbox.gateway.amqp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.access.ScramCredential;
import io.signalbox.access.ScramUsers;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import jakarta.jms.JMSException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecuritySaslException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SASL SCRAM-SHA-256 with the clients of Apache Qpid. Nobody may show a password here. */
class ScramTest {
    @TempDir
    Path directory;

    private final ScramUsersOfOne users = new ScramUsersOfOne();
    private AmqpFixture server;

    /** Ann's password is pencil, until it is another. */
    private static final class ScramUsersOfOne implements Authenticator, ScramUsers {
        private static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        private volatile String password = "pencil";

        @Override
        public CompletionStage<Principal> authenticate(Credentials credentials) {
            return CompletableFuture.failedFuture(
                    new SignalboxException(ReasonCode.BAD_CREDENTIALS, "not by showing a password"));
        }

        @Override
        public Optional<ScramUsers> scramUsers() {
            return Optional.of(this);
        }

        @Override
        public ScramCredential credentialOf(String user) {
            ScramMechanism sha256 = ScramMechanism.SCRAM_SHA_256;
            String known = user.equals("ann") || user.equals("a,b=c") ? password : "nobody knows " + user;
            byte[] salted = ScramFunctions.saltedPassword(
                    sha256, StringPreparation.SASL_PREPARATION, known.toCharArray(), SALT, 4_096);
            return new ScramCredential(
                    SALT,
                    4_096,
                    ScramFunctions.storedKey(sha256, ScramFunctions.clientKey(sha256, salted)),
                    ScramFunctions.serverKey(sha256, salted));
        }
    }

    @BeforeEach
    void start() {
        server = new AmqpFixture(
                directory, AmqpConfig.DEFAULT.withAnonymous(false), Authorizer.ALLOW_ALL, users, broker -> broker);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static ConnectionOptions scram(String user, String password) {
        ConnectionOptions options = AmqpFixture.options().user(user).password(password);
        options.saslOptions().addAllowedMechanism("SCRAM-SHA-256");
        return options;
    }

    @Test
    void whoKnowsThePasswordIsLetInUnderHisName() throws Exception {
        Connection connection = server.connect("c", scram("ann", "pencil"));
        assertThat(server.gateway.connections().getFirst().principal()).isEqualTo("ann");
        connection.openSender("t").send(Message.create("x")).awaitAccepted(30, SECONDS);
    }

    @Test
    void aNameWithCommasAndEqualSigns() throws Exception {
        server.connect("c", scram("a,b=c", "pencil"));
        assertThat(server.gateway.connections().getFirst().principal()).isEqualTo("a,b=c");
    }

    @Test
    void aClientOfJmsChoosesItBeforePlain() throws Exception {
        JmsConnectionFactory factory = new JmsConnectionFactory(
                "amqp://127.0.0.1:" + server.port + "?transport.useEpoll=false&transport.useKQueue=false");
        try (jakarta.jms.Connection connection = factory.createConnection("ann", "pencil")) {
            connection.start();
            assertThat(server.gateway.connections()).hasSize(1);
        }
        assertThatThrownBy(() -> factory.createConnection("ann", "crayon").start())
                .isInstanceOf(JMSException.class);
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAreRefused() {
        for (String[] wrong : new String[][] {{"ann", "crayon"}, {"bob", "pencil"}}) {
            assertThatThrownBy(() -> server.connect("c", scram(wrong[0], wrong[1])))
                    .hasCauseInstanceOf(ClientConnectionSecuritySaslException.class);
        }
        assertThat(server.count(AmqpCounter.SASL_FAILED)).isEqualTo(2);
    }

    /** The exchange by hand, as far as the client's last message. */
    @Test
    void messagesThatAreNoneAreRefused() throws Exception {
        for (String first : new String[] {
            "",
            "n",
            "n,,",
            "n,,n=ann",
            "p=tls-unique,,n=ann,r=abc",
            "n,a=bob,n=ann,r=abc",
            "n,,m=x,n=ann,r=abc",
            "n,,n=,r=abc",
            "n,,n=ann,r=",
            "n,,n=ann,r=a,b=c"
        }) {
            assertThat(step(first)).as(first).isInstanceOf(String.class).isEqualTo("refused");
        }
        assertThat(step("n,,n=ann,r=abc")).startsWith("r=abc").endsWith(",i=4096");
        for (String last : new String[] {"", "c=biws", "c=biws,r=abc,p=AAAA", "c=eSws,r=abc,p=AAAA"}) {
            assertThat(step("n,,n=ann,r=abc", last)).as(last).isEqualTo("refused");
        }
    }

    private String step(String... messages) throws Exception {
        try (SaslClient client = new SaslClient(server.port, "SCRAM-SHA-256")) {
            String answer = "";
            for (String message : messages) {
                answer = client.say(message.getBytes(StandardCharsets.UTF_8));
            }
            return answer;
        }
    }
}
