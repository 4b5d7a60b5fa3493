package io.signalbox.client.http;

import io.signalbox.client.connection.Login;
import io.signalbox.client.connection.Tls;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the HTTP API is, and who asks.
 *
 * @param base without a path; null: nobody knows
 */
public record ApiPlace(@Nullable URI base, @Nullable Login login, Tls tls, Duration connectTimeout) {}
