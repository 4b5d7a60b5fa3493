package io.signalbox.codec;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers around payloads, in the order they are put on. The message's content encoding records which were, so a
 * receiver takes off what is there, in whichever order; each layer at most once, which keeps a bomb from being packed
 * into another. But outside of a layer that the receiver requires there may be none but those that come after it in the
 * receiver's own order: who sent a message, or that it was meant for here, is not to be learnt from what a stranger had
 * inflated first.
 */
public final class Layers {
    public static final Layers NONE = new Layers(List.of());

    private static final String UTF8_INSIDE = "sb-utf8-inside";

    private final List<PayloadLayer> layers;
    private final Map<String, PayloadLayer> byEncoding = new HashMap<>();

    private Layers(List<PayloadLayer> layers) {
        this.layers = List.copyOf(layers);
        for (PayloadLayer layer : layers) {
            for (String encoding : layer.encodings()) {
                if (byEncoding.put(encoding, layer) != null) {
                    throw new IllegalArgumentException("two layers take off '" + encoding + "'; give one of them");
                }
            }
        }
    }

    /**
     * @param inOrderOfWrapping to compress, then encrypt, then sign is what most want: the signature is checked first,
     *     and nothing else is done if it is required and missing
     * @throws IllegalArgumentException if two take off the same encoding
     */
    public static Layers of(PayloadLayer... inOrderOfWrapping) {
        return new Layers(List.of(inOrderOfWrapping));
    }

    public Message wrap(Message message) {
        Message wrapped = message;
        for (PayloadLayer layer : layers) {
            PayloadLayer.Wrapped done = layer.wrap(wrapped);
            if (done != null) {
                String before = wrapped.properties().contentEncoding();
                List<String> tokens = new ArrayList<>(ContentEncoding.parse(before));
                tokens.add(done.encoding());
                wrapped = encoded(done.message(), ContentEncoding.write(tokens));
            }
        }
        return wrapped != message && message.properties().utf8Payload() ? utf8Inside(wrapped) : wrapped;
    }

    /** @throws CodecException if a layer is missing, out of its place, unknown, comes twice, or refuses */
    public Message unwrap(Message message) {
        List<String> tokens = ContentEncoding.parse(message.properties().contentEncoding());
        layers.stream().filter(PayloadLayer::isRequired).forEach(layer -> requireInPlace(layer, tokens));
        Message unwrapped = message;
        Set<PayloadLayer> used = new HashSet<>();
        for (int left = tokens.size() - 1; left >= 0; left--) {
            String token = tokens.get(left);
            PayloadLayer layer = byEncoding.get(token);
            if (layer == null) {
                throw new CodecException(
                        ReasonCode.PAYLOAD_UNREADABLE,
                        "the payload is wrapped as '" + token + "'; this receiver unwraps " + byEncoding.keySet());
            }
            if (!used.add(layer)) {
                throw new CodecException(
                        ReasonCode.PAYLOAD_UNREADABLE, "the payload is wrapped twice by the layer of '" + token + "'");
            }
            unwrapped = layer.unwrap(encoded(unwrapped, ContentEncoding.write(tokens.subList(0, left))), token);
        }
        return unwrapped.properties().headers().get(UTF8_INSIDE) == null ? unwrapped : utf8Again(unwrapped);
    }

    /** Wrapped bytes are no text, and a receiver that checks would refuse them; that there is text inside is kept. */
    private static Message utf8Inside(Message message) {
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .utf8Payload(false)
                        .header(UTF8_INSIDE, "true")
                        .build())
                .build();
    }

    private static Message utf8Again(Message message) {
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .utf8Payload(true)
                        .headers(message.properties().headers().without(UTF8_INSIDE))
                        .build())
                .build();
    }

    /** Before anything is unwrapped: whoever may not send need not be inflated. */
    private void requireInPlace(PayloadLayer required, List<String> tokens) {
        if (required.encodings().stream().noneMatch(tokens::contains)) {
            throw new CodecException(
                    ReasonCode.POLICY,
                    "the payload is not wrapped as one of " + required.encodings() + ", which this receiver requires");
        }
        for (String token : tokens.reversed()) {
            PayloadLayer outer = byEncoding.get(token);
            if (outer == required) {
                return;
            }
            if (outer != null && layers.indexOf(outer) < layers.indexOf(required)) {
                throw new CodecException(
                        ReasonCode.POLICY,
                        "the payload is wrapped as " + tokens + "; this receiver requires one of "
                                + required.encodings() + " and takes it off before '" + token + "'");
            }
        }
    }

    private static Message encoded(Message message, @Nullable String encoding) {
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .contentEncoding(encoding)
                        .build())
                .build();
    }
}
