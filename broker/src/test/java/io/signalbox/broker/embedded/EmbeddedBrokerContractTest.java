package io.signalbox.broker.embedded;

import io.signalbox.testkit.contract.BackpressureContract;
import io.signalbox.testkit.contract.CloseUnderLoadContract;
import io.signalbox.testkit.contract.DeduplicationContract;
import io.signalbox.testkit.contract.DurableSessionContract;
import io.signalbox.testkit.contract.ExactlyOnceContract;
import io.signalbox.testkit.contract.ExpiryContract;
import io.signalbox.testkit.contract.OrderingContract;
import io.signalbox.testkit.contract.OverflowContract;
import io.signalbox.testkit.contract.PriorityContract;
import io.signalbox.testkit.contract.ReplayContract;
import io.signalbox.testkit.contract.RequestReplyContract;
import io.signalbox.testkit.contract.RetainedContract;
import io.signalbox.testkit.contract.RoutingContract;
import io.signalbox.testkit.contract.SettlementContract;
import io.signalbox.testkit.contract.ShareGroupContract;
import io.signalbox.testkit.contract.TransportFixture;
import org.junit.jupiter.api.Nested;

/** The contract of a transport, on the embedded broker with every capability. */
class EmbeddedBrokerContractTest {
    @Nested
    class Routing extends RoutingContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Ordering extends OrderingContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Settlement extends SettlementContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class DurableSession extends DurableSessionContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Overflow extends OverflowContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class ShareGroup extends ShareGroupContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Retained extends RetainedContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Replay extends ReplayContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Expiry extends ExpiryContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Priority extends PriorityContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class ExactlyOnce extends ExactlyOnceContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Deduplication extends DeduplicationContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class Backpressure extends BackpressureContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class RequestReply extends RequestReplyContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class CloseUnderLoad extends CloseUnderLoadContract {
        @Override
        protected TransportFixture newFixture() {
            return new EmbeddedFixture();
        }
    }
}
