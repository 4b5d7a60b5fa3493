package io.signalbox.codec;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All formats of this process. Writes one of them, reads each: the content type of what arrives chooses. A codec is made
 * when its format is met first.
 */
public final class Codecs implements MessageCodec {
    public static final String PREFERRED_DEFAULT = "application/json";

    private final Map<String, Lazy> byType;
    private final String preferred;

    private Codecs(Map<String, Lazy> byType, String preferred) {
        this.byType = byType;
        this.preferred = preferred;
    }

    /**
     * What the class path offers by {@link ServiceLoader}; of two providers of one content type the first counts.
     *
     * @throws IllegalStateException if there is none
     */
    public static Codecs load() {
        List<CodecProvider> found = new ArrayList<>();
        ServiceLoader.load(CodecProvider.class, Codecs.class.getClassLoader()).forEach(found::add);
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "no codec is on the class path; add io.signalbox:signalbox-codecs, or give a codec of your own");
        }
        return of(found);
    }

    /** @throws IllegalArgumentException for none */
    public static Codecs of(List<? extends CodecProvider> providers) {
        Map<String, Lazy> byType = new HashMap<>();
        for (CodecProvider provider : providers) {
            Lazy codec = new Lazy(provider);
            provider.contentTypes().forEach(type -> byType.putIfAbsent(type, codec));
        }
        if (byType.isEmpty()) {
            throw new IllegalArgumentException("give at least one codec");
        }
        String first = providers.getFirst().contentTypes().getFirst();
        return new Codecs(byType, byType.containsKey(PREFERRED_DEFAULT) ? PREFERRED_DEFAULT : first);
    }

    /**
     * Writes that format where a message does not say another.
     *
     * @throws IllegalArgumentException if nothing here writes it
     */
    public Codecs preferring(String contentType) {
        if (lazy(contentType) == null) {
            throw new IllegalArgumentException("no codec for '" + contentType + "'; there are " + contentTypes());
        }
        return new Codecs(byType, contentType);
    }

    /** Sorted. */
    public Set<String> contentTypes() {
        return new TreeSet<>(byType.keySet());
    }

    /** @param contentType with or without parameters */
    public Optional<Codec> find(String contentType) {
        return Optional.ofNullable(lazy(contentType)).map(Lazy::get);
    }

    private @Nullable Lazy lazy(String contentType) {
        String base = MediaTypes.base(contentType);
        Lazy exact = byType.get(base);
        int suffix = base.lastIndexOf('+');
        return exact != null || suffix < 0 ? exact : byType.get("application/" + base.substring(suffix + 1));
    }

    /**
     * The codec for whoever asks with a list of what it accepts (RFC 9110, 12.5.1), weights and wildcards included;
     * among equals the preferred one, then the first named.
     */
    public Optional<Codec> negotiate(String accept) {
        return Negotiation.best(accept, byType.keySet(), MediaTypes.base(preferred))
                .flatMap(this::find);
    }

    /** In the format that the head names, if it names one; else in the preferred one. */
    @Override
    public Message encode(Message head, @Nullable Object value) {
        String wanted = head.properties().contentType();
        String type = wanted == null ? preferred : wanted;
        Codec codec = find(type).orElseThrow(() -> new IllegalArgumentException(unknown(type)));
        Message encoded = codec.encode(head, value);
        return wanted == null ? encoded : named(encoded, wanted);
    }

    private static Message named(Message message, String contentType) {
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .contentType(contentType)
                        .build())
                .build();
    }

    /** By the codec of its content type; without one, by the preferred. */
    @Override
    public @Nullable Object decode(Message message, Type type) {
        String named = message.properties().contentType();
        String contentType = named == null || named.isEmpty() ? preferred : named;
        return find(contentType)
                .orElseThrow(() -> new CodecException(ReasonCode.PAYLOAD_UNREADABLE, unknown(contentType)))
                .decode(message, type);
    }

    private String unknown(String contentType) {
        String shown = contentType.length() <= 80 ? contentType : contentType.substring(0, 77) + "...";
        return "no codec for content type '" + shown + "'; there are " + contentTypes();
    }

    /** One provider's codec, made once. */
    private static final class Lazy {
        private final CodecProvider provider;
        private volatile @Nullable Codec codec;

        Lazy(CodecProvider provider) {
            this.provider = provider;
        }

        Codec get() {
            Codec known = codec;
            return known != null ? known : make();
        }

        private synchronized Codec make() {
            Codec made = codec;
            if (made == null) {
                made = provider.create();
                codec = made;
            }
            return made;
        }
    }
}
