package io.signalbox.testkit.contract;

import org.junit.jupiter.api.Nested;

/**
 * The whole contract of {@link io.signalbox.transport.Transport}. Extend it in a test class of yours:
 *
 * <pre>{@code
 * class MyTransportContractTest extends TransportContract {
 *     @Override
 *     protected TransportFixture newFixture() {
 *         return new MyFixture();
 *     }
 * }
 * }</pre>
 *
 * <p>What the transport's {@linkplain io.signalbox.transport.Transport#capabilities() capabilities} do not have is
 * skipped, by name, and {@link RefusalContract} asserts that it is refused. To run one theme alone, extend that one.
 */
public abstract class TransportContract {
    /** A new and empty fixture; called before each test. */
    protected abstract TransportFixture newFixture() throws Exception;

    @Nested
    class Routing extends RoutingContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Ordering extends OrderingContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Settlement extends SettlementContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class DurableSession extends DurableSessionContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Takeover extends TakeoverContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Overflow extends OverflowContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class ShareGroup extends ShareGroupContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Retained extends RetainedContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Replay extends ReplayContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class History extends HistoryContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Expiry extends ExpiryContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Priority extends PriorityContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class ExactlyOnce extends ExactlyOnceContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class RequestReply extends RequestReplyContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Backpressure extends BackpressureContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Deduplication extends DeduplicationContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class CloseUnderLoad extends CloseUnderLoadContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }

    @Nested
    class Refusal extends RefusalContract {
        @Override
        protected TransportFixture newFixture() throws Exception {
            return TransportContract.this.newFixture();
        }
    }
}
