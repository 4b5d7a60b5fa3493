package io.signalbox.configuration.hierarchy;

import io.signalbox.transport.provider.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds of transports that there are on a class path, by type. */
public final class Providers {
    private final Map<String, TransportProvider> byType = new TreeMap<>();

    /** Of two providers of one type the first counts. */
    public Providers(ClassLoader libraries) {
        ServiceLoader.load(TransportProvider.class, libraries)
                .forEach(provider -> byType.putIfAbsent(provider.type(), provider));
    }

    public List<String> types() {
        return List.copyOf(byType.keySet());
    }

    public List<TransportProvider> all() {
        return new ArrayList<>(byType.values());
    }

    Optional<TransportProvider> ofType(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** The provider that such a URL is enough for. */
    Optional<TransportProvider> ofUrl(String url) {
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        return byType.values().stream()
                .filter(provider -> provider.urlSchemes().contains(scheme))
                .findFirst();
    }

    List<String> urlSchemes() {
        return byType.values().stream()
                .flatMap(provider -> provider.urlSchemes().stream())
                .sorted()
                .toList();
    }
}
