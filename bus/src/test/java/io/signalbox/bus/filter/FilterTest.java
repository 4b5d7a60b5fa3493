package io.signalbox.bus.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.codec.VersionRange;
import io.signalbox.message.AddressFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    record Paid(int amount, String currency) {}

    @Message(name = "order", version = "1.4")
    record Order() {}

    record InSession(String id, @Nullable SessionRef parent) implements SessionRef {}

    private static Envelope<?> of(Object message, SendOptions options) {
        return new Envelope<>(message, 0, Meta.of(options, null, null, 0));
    }

    @Test
    void byTypeHeaderAndAddress() {
        Envelope<?> envelope = of(
                new Paid(5, "EUR"),
                SendOptions.DEFAULT.withHeader("region", "eu").withFrom("till").withTo("books"));
        assertThat(Filter.type(Paid.class).accepts(envelope)).isTrue();
        assertThat(Filter.type(Record.class).accepts(envelope)).isTrue();
        assertThat(Filter.type(Order.class).accepts(envelope)).isFalse();
        assertThat(Filter.header("region", "eu").accepts(envelope)).isTrue();
        assertThat(Filter.header("region", "us").accepts(envelope)).isFalse();
        assertThat(Filter.from("till").accepts(envelope)).isTrue();
        assertThat(Filter.to("till").accepts(envelope)).isFalse();
        assertThat(Filter.broadcast().accepts(envelope)).isFalse();
        assertThat(Filter.addressedTo("books").accepts(envelope)).isTrue();
        assertThat(Filter.addressedTo("other").accepts(envelope)).isFalse();
        assertThat(Filter.addressedTo("other").accepts(of("x", SendOptions.DEFAULT)))
                .isTrue();
        assertThat(Filter.addressed(AddressFilter.ANY.orTo("boo*").orFrom("t*")).accepts(envelope))
                .isTrue();
        assertThat(Filter.addressed(AddressFilter.ANY.orTo("boo*").orFrom("x*")).accepts(envelope))
                .isFalse();
        assertThat(Filter.from("till").and(Filter.to("x").negate()).accepts(envelope))
                .isTrue();
        assertThat(Filter.from("x").or(Filter.to("books")).accepts(envelope)).isTrue();
    }

    @Test
    void bySessionAndThoseNestedInIt() {
        InSession outer = new InSession("outer", null);
        Envelope<?> nested =
                new Envelope<>("x", 0, Meta.of(SendOptions.DEFAULT, null, new InSession("inner", outer), 0));
        assertThat(Filter.session("inner").accepts(nested)).isTrue();
        assertThat(Filter.session("outer").accepts(nested)).isTrue();
        assertThat(Filter.session("other").accepts(nested)).isFalse();
        assertThat(Filter.session("outer").accepts(of("x", SendOptions.DEFAULT)))
                .isFalse();
    }

    @Test
    void bySchemaVersionOfTheHeaderOrElseOfTheClass() {
        Envelope<?> plain = of(new Order(), SendOptions.DEFAULT);
        assertThat(Filter.schemaVersion("[1.2,2)").accepts(plain)).isTrue();
        assertThat(Filter.schemaVersion("[1.5,2)").accepts(plain)).isFalse();
        Envelope<?> named = of(new Order(), SendOptions.DEFAULT.withHeader("schema-version", "2.0"));
        assertThat(Filter.schemaVersion("[1.2,2)").accepts(named)).isFalse();
        assertThat(Filter.schemaVersion("2").accepts(named)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[1.2,2);1.2;true", "[1.2,2);1.10;true", "[1.2,2);2;false", "[1.2,2);2.0.0;false", "(1.2,2];1.2;false",
                "(1.2,2];2.0;true", "[1,];99;true", "(,3);2.9.9;true", "1.2;1.2.0;true", "1.2;1.2.1;false",
                "[1,2);banana;false"
            })
    void versionsAreComparedNumberByNumber(String range, String version, boolean inside) {
        assertThat(VersionRange.parse(range).contains(version)).isEqualTo(inside);
    }

    @Test
    void whatIsNoRangeIsRefusedWithAnExample() {
        assertThatThrownBy(() -> VersionRange.parse(">=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'>=1'")
                .hasMessageContaining("[1.2,2)");
    }

    @Test
    void byAnExpression() {
        Envelope<?> envelope = of(new Paid(5, "EUR"), SendOptions.DEFAULT.withHeader("region", "eu"));
        assertThat(CelFilter.compile("message.amount > 3 && headers['region'] == 'eu' && type == 'Paid'")
                        .accepts(envelope))
                .isTrue();
        assertThat(CelFilter.compile("message.currency.startsWith('U')").accepts(envelope))
                .isFalse();
        assertThat(CelFilter.compile("session == '' && from == '' && to == '' && key == ''")
                        .accepts(envelope))
                .isTrue();
    }

    @Test
    void anExpressionThatIsNoneIsRefusedWhenItIsWritten() {
        assertThatThrownBy(() -> CelFilter.compile("message.amount +"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no filter");
        assertThatThrownBy(() -> CelFilter.compile("'text'")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExpressionThatCannotBeComputedForAMessageSaysSo() {
        assertThatThrownBy(() -> CelFilter.compile("message.missing > 3").accepts(of(new Order(), SendOptions.DEFAULT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("missing");
    }
}
