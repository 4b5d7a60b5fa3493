package io.signalbox.server.config;

import java.util.function.Function;

/**
 * What a key's text may be.
 *
 * @param form for people, such as "a size like 10MiB"
 * @param parser throws IllegalArgumentException whose message goes on after "KEY is 'TEXT'; "
 */
record Kind<T>(String form, Function<String, T> parser) {}
