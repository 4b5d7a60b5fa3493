package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.signalbox.error.SignalboxException;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private static final int KIB = 1 << 10;

    /** Of which one connection, and one sender, may have a part of 8 KiB. */
    private final ByteBudget budget = new ByteBudget(64 * KIB);

    private final Bodies bodies = new Bodies(budget, 4 * KIB);

    private RequestBody body(String connection, String sender, int bytesMax, int announced) {
        return new RequestBody(bodies, new Bodies.Owner(connection, sender), bytesMax, announced);
    }

    private static void add(RequestBody body, int bytes) {
        body.add(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private long held() {
        return 64 * KIB - budget.bytesLeft();
    }

    @Test
    void aBodyIsWhatCameAndCountsUntilWhoeverHasItGivesItBack() {
        RequestBody body = body("c", "s", 60, -1);
        body.add(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
        body.add(Unpooled.wrappedBuffer(new byte[] {4, 5}));
        HeldBody held = body.take();
        assertThat(held.bytes()).containsExactly(1, 2, 3, 4, 5);
        body.release();
        assertThat(held())
                .as("the connection may be gone, the work is not done")
                .isEqualTo(5);
        held.release();
        held.release();
        assertThat(held()).as("given back, and once alone").isZero();
        assertThat(bodies.owners()).isZero();
    }

    /** As it grows by doubling: the heap has all of it. */
    @Test
    void whatCountsIsTheRoomAndNotWhatIsFilled() {
        RequestBody unknown = body("c", "s", 4 * KIB, -1);
        add(unknown, 1);
        assertThat(held()).isEqualTo(KIB);
        add(unknown, 1_024);
        assertThat(held()).isEqualTo(2 * KIB);
        HeldBody whole = unknown.take();
        assertThat(whole.bytes()).hasSize(1_025);
        assertThat(held()).isEqualTo(1_025);
        whole.release();
        RequestBody announced = body("c", "s", 4 * KIB, 1_500);
        add(announced, 1);
        add(announced, 1_400);
        assertThat(held()).as("no more than was announced").isEqualTo(1_500);
        announced.release();
        assertThat(held()).isZero();
        RequestBody small = body("c", "s", 4 * KIB, 10);
        add(small, 1);
        assertThat(held()).isEqualTo(10);
        small.release();
    }

    @Test
    void aBodyIsBoundedForItself() {
        RequestBody body = body("c", "s", 60, -1);
        add(body, 60);
        assertThatThrownBy(() -> add(body, 1)).isInstanceOf(HttpProblem.class).hasMessageContaining("60 bytes");
        assertThatThrownBy(() -> RequestBody.check(61, 60)).isInstanceOf(HttpProblem.class);
        body.release();
    }

    @Test
    void theBodiesOfAConnectionAreBoundedTogetherAndSoAreThoseOfASender() {
        RequestBody first = body("c", "s", 4 * KIB, 4 * KIB);
        RequestBody second = body("c", "t", 4 * KIB, 4 * KIB);
        add(first, 4 * KIB);
        add(second, 4 * KIB);
        RequestBody ofConnection = body("c", "u", 4 * KIB, 1);
        assertThatThrownBy(() -> add(ofConnection, 1))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("of this connection");
        RequestBody third = body("d", "s", 4 * KIB, 4 * KIB);
        add(third, 4 * KIB);
        RequestBody ofSender = body("e", "s", 4 * KIB, 1);
        assertThatThrownBy(() -> add(ofSender, 1))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("of your requests");
        RequestBody another = body("e", "u", 4 * KIB, 1);
        add(another, 1);
        first.release();
        add(ofSender, 1);
        for (RequestBody each : new RequestBody[] {second, third, ofSender, another}) {
            each.release();
        }
        assertThat(held()).isZero();
        assertThat(bodies.owners()).isZero();
    }

    @Test
    void allBodiesTogetherAreBoundedAndWhoIsRefusedTakesNothing() {
        RequestBody[] full = new RequestBody[16];
        for (int i = 0; i < full.length; i++) {
            full[i] = body("c" + i, "s" + i, 4 * KIB, 4 * KIB);
            add(full[i], 4 * KIB);
        }
        RequestBody late = body("late", "late", 4 * KIB, 4 * KIB);
        assertThatThrownBy(() -> add(late, 1))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("eighth of the heap");
        assertThat(bodies.owners()).isEqualTo(32);
        full[0].release();
        add(late, 1);
        late.release();
        for (RequestBody each : full) {
            each.release();
        }
        assertThat(held()).isZero();
        assertThat(bodies.owners()).isZero();
    }

    /** One body of the largest size must have room, however small the heap. */
    @Test
    void aPartIsNeverLessThanABody() {
        Bodies narrow = new Bodies(budget, 32 * KIB);
        RequestBody body = new RequestBody(narrow, new Bodies.Owner("c", "s"), 32 * KIB, 32 * KIB);
        add(body, 32 * KIB);
        body.release();
        assertThat(held()).isZero();
    }
}
