package io.signalbox.transports.remote;

import io.signalbox.client.connection.Login;
import io.signalbox.client.connection.Tls;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Durability;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.connection.EngineSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code type: remote}. */
public final class RemoteProvider implements TransportProvider {
    private static final Setting<String> URL = Setting.required(
                    "url", Kinds.TEXT, "mqtt://HOST:1883, mqtts://HOST:8883, ws://HOST:8080/mqtt or wss://HOST/mqtt.")
            .asSecret();
    private static final Setting<Optional<String>> USER =
            Setting.of("user", Kinds.TEXT_OR_NONE, "", "Who to be there; without one: anybody.");
    private static final Setting<String> PASSWORD = Setting.of(
                    "password", new io.signalbox.setting.Kind<>("text", text -> text), "", "The user's.")
            .asSecret();
    private static final Setting<Optional<Path>> TLS_TRUST = Setting.of(
            "tls.trust",
            Kinds.PATH_OR_NONE,
            "",
            "PEM file of the certificates to trust behind mqtts and wss; without one: the JDK's authorities.");
    private static final Setting<Optional<String>> CLIENT_ID = Setting.of(
            "client-id",
            Kinds.TEXT_OR_NONE,
            "",
            "Of the connection that publishes; without one: a random one. Sessions have their own names.");
    private static final Setting<Optional<String>> API = Setting.of(
            "api",
            Kinds.TEXT_OR_NONE,
            "",
            "Its HTTP API, http://HOST:8080, for the past; with ws and wss it is known. Without it there is no replay.");
    private static final Setting<Durability> DURABILITY = Setting.of(
            "durability",
            Kinds.constant(Durability.class, List.of(Durability.ROUTED, Durability.BUFFERED, Durability.SYNCED)),
            "synced",
            "What the policies of its topics give; a receipt that says less makes health DEGRADED.");
    private static final Setting<Long> PAYLOAD_BYTES_MAX = Setting.of(
            "payload-bytes-max",
            Kinds.bytes(1, 60L << 20),
            "768KiB",
            "Not above its mqtt.packet-bytes-max less 256 KiB.");
    private static final Setting<Duration> KEEP_ALIVE =
            Setting.of("keep-alive", Kinds.duration("1s", "18h"), "20s", "Silence for so long is a lost connection.");
    private static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.of("connect-timeout", Kinds.duration("1ms", "1h"), "5s", "For TCP, and again for the answer.");
    private static final Setting<Duration> OPEN_WAIT = Setting.of(
            "open-wait",
            Kinds.duration("100ms", "1h"),
            "10s",
            "How long an operation on a session waits for a lost connection to be back.");

    private static final Setting<Duration> CONFIRM_WAIT = Setting.of(
            "confirm-wait",
            Kinds.duration("1ms", "1h"),
            "20s",
            "A publish without an answer for so long is sent again on a new connection, or refused if it is older than hold.");

    @Override
    public String type() {
        return "remote";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                URL,
                USER,
                PASSWORD,
                TLS_TRUST,
                CLIENT_ID,
                API,
                DURABILITY,
                PAYLOAD_BYTES_MAX,
                KEEP_ALIVE,
                CONNECT_TIMEOUT,
                OPEN_WAIT,
                EngineSettings.HOLD,
                CONFIRM_WAIT,
                EngineSettings.ATTEMPTS_MAX);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("mqtt", "mqtts", "ws", "wss");
    }

    @Override
    public String urlSetting() {
        return "url";
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        RemoteConfig config = RemoteConfig.of(
                        address("url", settings.get(URL)),
                        settings.get(CLIENT_ID).orElseGet(() -> "remote-" + UUID.randomUUID()))
                .withLogin(
                        settings.get(USER)
                                .map(user -> Login.of(user, settings.get(PASSWORD)))
                                .orElse(null),
                        settings.get(TLS_TRUST).map(Tls::trusting).orElse(Tls.DEFAULT))
                .withDurability(settings.get(DURABILITY))
                .withPayloadBytesMax(Math.toIntExact(settings.get(PAYLOAD_BYTES_MAX)))
                .withWaits(new RemoteWaits(
                        settings.get(KEEP_ALIVE),
                        settings.get(CONNECT_TIMEOUT),
                        settings.get(OPEN_WAIT),
                        settings.get(EngineSettings.HOLD),
                        settings.get(CONFIRM_WAIT)))
                .withAttemptsMax(settings.get(EngineSettings.ATTEMPTS_MAX));
        return new RemotePlan(settings.get(API)
                .map(api -> config.withApi(address("api", api)))
                .orElse(config));
    }

    /** The text is not repeated in a problem: somebody may have put a password into it. */
    private static URI address(String name, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is no URL; special characters are written as %XX");
        }
    }
}
