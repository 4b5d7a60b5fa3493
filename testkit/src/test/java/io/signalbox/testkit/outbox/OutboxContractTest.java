package io.signalbox.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.signalbox.testkit.outbox.QuirkyOutbox.Quirk;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** An outbox that is right passes, and each fault fails the test that is about it. */
class OutboxContractTest {
    @ParameterizedTest
    @CsvSource({
        "NONE,",
        "LEAVES_OUT_PAUSED_TOPICS_ALONE, norWhatFollowsItInItsKeyOnWhateverTopic",
        "LEAVES_OUT_PAUSED_TOPICS_ALONE, anythingThatIsAskedHasTheAnswerOfTheRule",
        "READS_NO_FURTHER_THAN_THE_LIMIT, whatIsPausedIsReadPastHoweverMuchOfItComesFirst",
        "READS_NO_FURTHER_THAN_THE_LIMIT, norIfWhatIsPausedIsBeyondAllThatIsRead",
        "PAUSES_KEYS_BY_NUMBER, ofWhatHasNoKeyTheNumbersArePausedAndNoOthers",
        "SETS_ASIDE_ONE_MESSAGE_ALONE, whatIsSetAsideKeepsWhatFollowsItInItsKeyAndNothingElse",
        "FORGETS_WHAT_IT_HAS_GIVEN, messagesAreGivenInTheirOrderByNumbersThatGrowAndStayUntilTheyAreRemoved",
        "GIVES_THE_NEWEST_FIRST, eachMessageIsGivenAsItWasAdded"
    })
    void aFaultFailsTheTestThatIsAboutIt(Quirk quirk, String test) {
        List<String> failed = failures(quirk);
        if (quirk == Quirk.NONE) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(failed).contains(test + "()");
        }
    }

    private static List<String> failures(Quirk quirk) {
        QuirkyOutboxContract.quirk = quirk;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(QuirkyOutboxContract.class))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsFoundCount()).isGreaterThan(10);
        return listener.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName())
                .toList();
    }
}
