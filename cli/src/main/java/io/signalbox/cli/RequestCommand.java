package io.signalbox.cli;

import io.signalbox.cli.link.Incoming;
import io.signalbox.cli.link.Link;
import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.LinkOptions;
import io.signalbox.cli.link.Outgoing;
import io.signalbox.cli.link.Patience;
import io.signalbox.cli.link.PublishProperties;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Publishes a question and prints the answer, over MQTT 5, AMQP or HTTP. */
@Command(
        name = "request",
        description = {
            "Publish a question with a reply topic, and print the first answer.",
            "Over MQTT 5, or what the URL of -L begins with; an option that its protocol cannot carry is refused."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  signalbox request -t price/AAPL -m '{}' -W 2",
            "  signalbox request -L http://localhost:8080 -t price/AAPL -m '{}' --format json",
            "  signalbox request -L amqp://localhost/price/AAPL -l < questions"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every question is answered",
            "1:the server refused, and says why",
            "2:wrong usage",
            "68:nobody is there to answer; AMQP does not tell, and ends with 124",
            "69:no server answers, or the connection was lost",
            "77:not permitted",
            "124:nobody answered in time",
            "130:ended by Ctrl-C or SIGTERM before there was an answer"
        })
final class RequestCommand implements Callable<Integer> {
    private static final double WAIT_SECONDS_MAX = 300;

    @Mixin
    private final Publishing publishing = new Publishing("ask", 1);

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for each answer, at most 300 (default: ${DEFAULT-VALUE}).")
    private double timeoutSeconds;

    @Mixin
    private final Printing printing = new Printing();

    @Mixin
    private final Connection connection = new Connection();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    @Override
    public Integer call() throws Exception {
        String where = publishing.check(connection);
        connection.checkTimeout(timeoutSeconds);
        if (timeoutSeconds > WAIT_SECONDS_MAX) {
            throw connection.wrong("-W is " + timeoutSeconds + "; it must be at most " + WAIT_SECONDS_MAX + " seconds");
        }
        if (connection.isMqtt3()) {
            throw connection.wrong("MQTT 3.1.1 has no reply topics; leave -V out");
        }
        printing.check(connection);
        LinkOptions options = connection.options(false);
        PublishProperties properties = publishing.properties(connection);
        ConnectionReport report =
                new ConnectionReport(printing.output().stdio(), connection.quiet(), ended::completeExceptionally);
        Duration wait = Duration.ofNanos((long) (timeoutSeconds * 1e9));
        try (Interrupts interrupts = new Interrupts(() -> ended.completeExceptionally(interrupted()));
                Link link = Link.open(options, report, new Patience(wait::toNanos, ended), null, Runnable::run)) {
            connection.debug("connected to " + options.address());
            publishing.forEach(
                    printing.output().stdio().in(),
                    where,
                    false,
                    properties,
                    question -> printing.print(ask(link, question, wait)));
            return 0;
        }
    }

    private static LinkException interrupted() {
        return new LinkException(LinkException.Kind.ENDED, "ended before there was an answer");
    }

    private Incoming ask(Link link, Outgoing question, Duration wait) throws LinkException, InterruptedException {
        CompletableFuture<Incoming> answer = link.request(question, wait);
        try {
            Object unused = CompletableFuture.anyOf(answer, ended).get(wait.toNanos(), TimeUnit.NANOSECONDS);
            return answer.join();
        } catch (TimeoutException e) {
            throw new LinkException(
                    LinkException.Kind.TIMED_OUT,
                    "nobody answered at '" + question.topic() + "' in the time given with -W");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkException known) {
                throw known;
            }
            throw new LinkException(LinkException.Kind.REFUSED, Failures.text(e.getCause() == null ? e : e.getCause()));
        }
    }
}
