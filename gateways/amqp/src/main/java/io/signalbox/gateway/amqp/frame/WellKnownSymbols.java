package io.signalbox.gateway.amqp.frame;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words of the specification and of the clients that there are; every server may know them. */
final class WellKnownSymbols {
    /** Parts 2 to 5: conditions, policies, modes, locales. */
    private static final String SPECIFICATION = """
            amqp:internal-error amqp:not-found amqp:unauthorized-access amqp:decode-error amqp:resource-limit-exceeded
            amqp:not-allowed amqp:invalid-field amqp:not-implemented amqp:resource-locked amqp:precondition-failed
            amqp:resource-deleted amqp:illegal-state amqp:frame-size-too-small amqp:connection:forced
            amqp:connection:framing-error amqp:connection:redirect amqp:session:window-violation
            amqp:session:errant-link amqp:session:handle-in-use amqp:session:unattached-handle
            amqp:link:detach-forced amqp:link:transfer-limit-exceeded amqp:link:message-size-exceeded
            amqp:link:redirect amqp:link:stolen amqp:transaction:unknown-id amqp:transaction:rollback
            amqp:transaction:timeout amqp:local-transactions amqp:distributed-transactions
            amqp:promotable-transactions amqp:multi-txns-per-ssn amqp:multi-ssns-per-txn
            link-detach session-end connection-close never move copy supported-dist-modes durable
            expiry-policy lifetime-policy en-US en de fr es ja zh""";

    /** Capabilities and properties that clients name. */
    private static final String CLIENTS = """
            queue topic temporary-queue temporary-topic shared global shared-subs SHARED-SUBS ANONYMOUS-RELAY
            DELAYED_DELIVERY sole-connection-for-container sole-connection-enforcement-policy
            amqp:connection-establishment-failed LINK_PAIR_V1_0 paired topic-prefix queue-prefix temporary-queue-prefix
            product version platform copyright information process pid os name hostname network-host port scheme path
            address ip user-agent framework client client-id client-version runtime language connection-id
            redirect invalid-field container-id reply-to locales error description message detail
            qpid.client_process qpid.client_pid qpid.client_ppid com.microsoft:timeout com.microsoft:tracking-id
            com.microsoft:client-version com.microsoft:epoch com.microsoft:enable-receiver-runtime-metric
            com.microsoft:entity-type com.microsoft:session-filter com.microsoft:channel-binding
            jms-selector no-local selector
            x-opt-jms-dest x-opt-jms-reply-to x-opt-jms-msg-type x-opt-delivery-delay x-opt-delivery-time
            x-opt-delivery-count x-opt-reject-reason""";

    private WellKnownSymbols() {}

    static Set<String> all() {
        return Stream.of(SPECIFICATION, CLIENTS)
                .flatMap(text -> Stream.of(text.split("\\s+")))
                .collect(Collectors.toUnmodifiableSet());
    }
}
