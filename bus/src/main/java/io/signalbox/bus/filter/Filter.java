package io.signalbox.bus.filter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.codec.VersionRange;
import io.signalbox.message.AddressFilter;

/** A question about a message on its way. A filter that throws lets nothing pass, and its error is reported. */
@FunctionalInterface
public interface Filter {
    /** Version of a message's schema, where it is not that of its class. */
    String SCHEMA_VERSION_HEADER = "schema-version";

    boolean accepts(Envelope<?> envelope);

    default Filter and(Filter other) {
        return envelope -> accepts(envelope) && other.accepts(envelope);
    }

    default Filter or(Filter other) {
        return envelope -> accepts(envelope) || other.accepts(envelope);
    }

    default Filter negate() {
        return envelope -> !accepts(envelope);
    }

    /** Messages of a class, its subclasses, or those that implement an interface. */
    static Filter type(Class<?> type) {
        return envelope -> type.isInstance(envelope.message());
    }

    /** Messages of a session and of those nested in it. */
    static Filter session(String id) {
        return envelope -> {
            var session = envelope.meta().session();
            return session != null && session.isWithin(id);
        };
    }

    static Filter header(String name, String value) {
        return envelope -> value.equals(envelope.header(name));
    }

    static Filter from(String sender) {
        return envelope -> sender.equals(envelope.meta().options().from());
    }

    static Filter to(String addressee) {
        return envelope -> addressee.equals(envelope.meta().options().to());
    }

    /** Messages addressed to nobody in particular. */
    static Filter broadcast() {
        return envelope -> envelope.meta().options().to() == null;
    }

    /** What somebody of that name should see: addressed to it, or to nobody in particular. */
    static Filter addressedTo(String me) {
        return to(me).or(broadcast());
    }

    /** By sender and addressee, patterns of them too. */
    static Filter addressed(AddressFilter addresses) {
        return envelope -> addresses.matches(
                envelope.meta().options().from(), envelope.meta().options().to());
    }

    /**
     * Messages whose schema has a version in the range, as {@link VersionRange} writes it: {@code [1.2,2)} or
     * {@code 1.2}.
     */
    static Filter schemaVersion(String range) {
        VersionRange wanted = VersionRange.parse(range);
        return envelope -> wanted.contains(SchemaVersions.of(envelope));
    }
}
