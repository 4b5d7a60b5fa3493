package io.signalbox.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.transport.Capabilities.Feature;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The contract can be broken: each fault put into a transport fails the tests that are about it, which pass without it.
 */
class ContractNoticesTest {
    private static final Duration SHORT = Duration.ofMillis(700);

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(Quirks.LOSES_EACH_TENTH, "Ordering.eachPublishersMessagesOfATopicArriveInOrderAndOnce"),
                fault(Quirks.LOSES_EACH_TENTH, "DurableSession.subscriptionsAndQueuesSurviveARestart"),
                fault(Quirks.LOSES_EACH_TENTH, "CloseUnderLoad.whatWasAcknowledgedDuringTheCloseIsThereAfterwards"),
                fault(Quirks.DELIVERS_EACH_TENTH_TWICE, "Ordering.messagesOfOneOrderingKeyKeepTheirOrder"),
                fault(Quirks.SWAPS_NEIGHBOURS, "DurableSession.messagesWaitInOrderForASessionThatIsAway"),
                fault(
                        Quirks.NEW_ID_AFTER_RECONNECT,
                        "DurableSession.unsettledDeliveriesComeAgainWithTheirIdsAfterALostConnection"),
                fault(
                        Quirks.NEW_ID_AFTER_RECONNECT,
                        "ExactlyOnce.whatWasNotReceivedIsDeliveredAgainWithItsIdAfterARestart"),
                fault(
                        Quirks.NOT_CALLED_REDELIVERED,
                        "DurableSession.unsettledDeliveriesComeAgainWithTheirIdsAfterALostConnection"),
                fault(Quirks.NOT_CALLED_REDELIVERED, "Settlement.aReleasedMessageIsOfferedAgainWithoutBlame"),
                fault(Quirks.SHOWS_DOLLAR_TOPICS, "Routing.dollarTopicsAreHiddenFromLeadingWildcards"),
                fault(
                        Quirks.ONE_DELIVERY_PER_OVERLAPPING_SUBSCRIPTION,
                        "Routing.overlappingSubscriptionsDeliverOnceWithAllIdsAndTheHighestGuarantee"),
                fault(
                        Quirks.ONE_DELIVERY_PER_OVERLAPPING_SUBSCRIPTION,
                        "Routing.manyRandomSubscriptionsMatchAsTheirDefinitionSaysBeforeAndAfterChanges"),
                fault(Quirks.IGNORES_NO_LOCAL, "Routing.noLocalKeepsASessionsOwnMessagesFromItself"),
                fault(Quirks.IGNORES_CREDIT, "Backpressure.noMoreThanTheCreditIsUnsettledAtOnce"),
                fault(Quirks.IGNORES_WRITABLE, "Backpressure.aConnectionThatCannotTakeMoreIsGivenNothing"),
                fault(Quirks.IGNORES_EXPIRY, "Expiry.whatExpiredWhileTheSessionWasAwayIsNotDelivered"),
                fault(Quirks.IGNORES_PRIORITY, "Priority.theMostUrgentComeFirstOnReturnAndEqualsInOrder"),
                fault(Quirks.IGNORES_PRIORITY, "Priority.theUrgentOvertakeWhatWaitsForCredit"),
                fault(Quirks.IGNORES_DEDUPLICATION, "Deduplication.theSameIdempotencyKeyIsTheSameMessage"),
                fault(Quirks.IGNORES_DEDUPLICATION, "Deduplication.withoutAKeyTheSameIdIsTheSameMessage"),
                fault(Quirks.FORGETS_TAGS_ON_RESTART, "ExactlyOnce.tagsAreKnownAfterARestartAndForgottenOnesAreFree"),
                fault(Quirks.FORGETS_TAGS_ON_RESTART, "ExactlyOnce.tagsAreKnownAfterACrashAndForgottenOnesAreFree"),
                fault(Quirks.FORGETS_SESSIONS_ON_RESTART, "DurableSession.subscriptionsAndQueuesSurviveARestart"),
                fault(Quirks.FORGETS_SESSIONS_ON_RESTART, "DurableSession.whatWasAcknowledgedSurvivesACrash"),
                fault(Quirks.FORGETS_RETAINED_ON_RESTART, "Retained.retainedMessagesSurviveARestart"),
                fault(Quirks.RELEASES_WITH_BLAME, "Settlement.aReleasedMessageIsOfferedAgainWithoutBlame"),
                fault(Quirks.IGNORES_DELAY, "Settlement.aFailedMessageComesBackAfterItsDelayAndNotBefore"),
                fault(Quirks.NEVER_GIVES_UP, "Settlement.theFourthFailureIsTheLast"),
                fault(Quirks.LOSES_REJECTED, "Settlement.aRejectedMessageGoesStraightToTheDeadLetters"),
                fault(Quirks.SHARES_WITH_ALL, "ShareGroup.eachMessageGoesToExactlyOneMember"),
                fault(
                        Quirks.FORGETS_WHAT_A_LEAVING_MEMBER_HELD,
                        "ShareGroup.whatALeavingMemberDidNotSettleGoesToTheOthers"),
                fault(
                        Quirks.HANDS_ON_WHAT_HAS_BEGUN,
                        "ShareGroup.anExactlyOnceDeliveryThatHasBegunEndsWithTheSessionOfItsMember"),
                fault(Quirks.RETAINS_EMPTY_PAYLOADS, "Retained.anEmptyPayloadClears"),
                fault(Quirks.SKIPS_THE_SEAM, "Replay.betweenThePastAndTheLiveStreamNothingIsMissingAndNothingTwice"),
                fault(Quirks.REPEATS_THE_SEAM, "Replay.betweenThePastAndTheLiveStreamNothingIsMissingAndNothingTwice"),
                fault(Quirks.IGNORES_SPEED, "Replay.aReplayAtASpeedKeepsTheDistances"),
                fault(Quirks.DROPS_NEWEST, "Overflow.dropOldestKeepsTheNewest"),
                fault(Quirks.LOSES_CORRELATION, "RequestReply.theReplyFindsTheRequesterWithItsCorrelation"),
                fault(Quirks.LOSES_CORRELATION, "DurableSession.everyPropertyOfAMessageSurvivesARestart"),
                fault(
                        Quirks.DELIVERS_RECEIVED_AGAIN,
                        "ExactlyOnce.whatWasReceivedIsReleasedAgainAndNotDeliveredAgainAfterALostConnection"),
                fault(Quirks.HANGS_PUBLISHES_AFTER_CLOSE, "CloseUnderLoad.everyPublishDuringTheCloseIsAnsweredOnce"),
                fault(Quirks.SILENT_CLOSE, "CloseUnderLoad.everySubscriberHearsOfTheEnd"),
                fault(Quirks.IGNORES_TAKEOVER, "Takeover.whoeverHadTheSessionIsDetached"),
                fault(Quirks.CALLS_OFF_LANE, "Routing.anExactFilterGetsItsTopicAlone"),
                fault(Quirks.PARKS_NOTHING, "Ordering.aFailedMessageHoldsUpTheLaterOnesOfItsKey"));
    }

    private static Arguments fault(Quirks quirk, String themeAndTest) {
        return arguments(quirk, themeAndTest);
    }

    @ParameterizedTest(name = "{0} fails {1}")
    @MethodSource("faults")
    void aFaultFailsTheTestThatIsAboutIt(Quirks quirk, String themeAndTest) throws Exception {
        TestExecutionSummary honest = run(Quirks.NONE, Duration.ofSeconds(10), selectorOf(themeAndTest));
        assertThat(honest.getFailures()).as("failures without the fault").isEmpty();
        assertThat(honest.getTestsSucceededCount())
                .as("passes without the fault")
                .isPositive();
        TestExecutionSummary summary = run(quirk, SHORT, selectorOf(themeAndTest));
        assertThat(summary.getTestsFailedCount())
                .as("%s must fail on a transport that %s", themeAndTest, quirk)
                .isPositive();
    }

    @Test
    void everyFaultIsTried() {
        Set<Object> tried = faults().map(a -> a.get()[0]).collect(Collectors.toSet());
        Set<Quirks> faults =
                EnumSet.complementOf(EnumSet.of(Quirks.NONE, Quirks.MODEST, Quirks.IGNORES_WHAT_IT_CANNOT_DO));
        assertThat(tried).containsExactlyInAnyOrderElementsOf(faults);
    }

    @Test
    void anHonestTransportWithFewerFeaturesPasses() {
        TestExecutionSummary summary = run(Quirks.MODEST, Duration.ofSeconds(10), selectClass(QuirkyContract.class));
        assertThat(summary.getFailures())
                .extracting(f -> f.getTestIdentifier().getDisplayName() + ": " + f.getException())
                .isEmpty();
        assertThat(summary.getTestsSucceededCount()).isGreaterThan(40);
        assertThat(summary.getTestsAbortedCount()).isGreaterThan(40);
    }

    @Test
    void eachFeatureThatIsMissingAndNotRefusedIsNoticed() throws Exception {
        TestExecutionSummary summary = run(
                Quirks.IGNORES_WHAT_IT_CANNOT_DO,
                SHORT,
                selectorOf("Refusal.aFeatureThatIsMissingIsRefusedAsNotSupported"));
        int missing = Feature.values().length - Quirks.MODEST_FEATURES.size();
        assertThat(summary.getTestsFailedCount()).isEqualTo(missing);
        assertThat(summary.getTestsAbortedCount()).isEqualTo(Quirks.MODEST_FEATURES.size());
    }

    private static TestExecutionSummary run(Quirks quirk, Duration patience, DiscoverySelector selector) {
        QuirkyContract.quirk = quirk;
        QuirkyContract.patience = patience;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selector)
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static DiscoverySelector selectorOf(String themeAndTest) throws ClassNotFoundException {
        int dot = themeAndTest.indexOf('.');
        Class<?> theme = Class.forName(TransportContract.class.getName() + "$" + themeAndTest.substring(0, dot));
        String name = themeAndTest.substring(dot + 1);
        Method method = Arrays.stream(theme.getSuperclass().getDeclaredMethods())
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test is named " + themeAndTest));
        return selectNestedMethod(List.of(QuirkyContract.class), theme, name, method.getParameterTypes());
    }
}
