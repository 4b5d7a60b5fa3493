package io.signalbox.gateway.amqp.frame;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The described types of parts 2 to 4 of AMQP 1.0 by their symbolic descriptors, which few clients use. */
final class CoreTypes {
    static final Set<String> NAMES = Set.of(
            "amqp:open:list",
            "amqp:begin:list",
            "amqp:attach:list",
            "amqp:flow:list",
            "amqp:transfer:list",
            "amqp:disposition:list",
            "amqp:detach:list",
            "amqp:end:list",
            "amqp:close:list",
            "amqp:error:list",
            "amqp:received:list",
            "amqp:accepted:list",
            "amqp:rejected:list",
            "amqp:released:list",
            "amqp:modified:list",
            "amqp:source:list",
            "amqp:target:list",
            "amqp:delete-on-close:list",
            "amqp:delete-on-no-links:list",
            "amqp:delete-on-no-messages:list",
            "amqp:delete-on-no-links-or-messages:list",
            "amqp:coordinator:list",
            "amqp:declare:list",
            "amqp:discharge:list",
            "amqp:declared:list",
            "amqp:transactional-state:list");

    private static final String[] PERFORMATIVES = {
        "amqp:open:list",
        "amqp:begin:list",
        "amqp:attach:list",
        "amqp:flow:list",
        "amqp:transfer:list",
        "amqp:disposition:list",
        "amqp:detach:list",
        "amqp:end:list",
        "amqp:close:list"
    };

    private static final int OPEN = 0x10;

    private CoreTypes() {}

    /** @return the number of the performative whose symbolic descriptor this is; 0 if it is none */
    static int codeOf(byte[] bytes, int from, int end) {
        int text = from + ((bytes[from] & 0xFF) == 0xA3 ? 2 : 5);
        String name = text > end ? "" : new String(bytes, text, end - text, StandardCharsets.ISO_8859_1);
        int index = List.of(PERFORMATIVES).indexOf(name);
        return index < 0 ? 0 : OPEN + index;
    }
}
