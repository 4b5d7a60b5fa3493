package io.signalbox.configuration.plan;

import io.signalbox.configuration.plan.Judgement.Finding;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.message.Message;
import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.provider.Promise;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a type of messages may need of the transport that carries it. */
public enum Need {
    /** What was accepted survives the engine's process, and waits for a session that is away. */
    DURABLE(Durability.BUFFERED, Feature.DURABLE_SESSIONS),
    /** It survives the engine's machine. */
    SYNCED(Durability.SYNCED, Feature.DURABLE_SESSIONS),
    /** It is on the disks of several machines. */
    REPLICATED(Durability.REPLICATED, Feature.DURABLE_SESSIONS),
    /** Messages of one topic and ordering key come in order. */
    ORDERED(Durability.NONE, Feature.ORDERED),
    /** The past can be read from a time or a sequence on. */
    REPLAY(Durability.NONE, Feature.REPLAY),
    /** A delivery can be put off. */
    DELAY(Durability.NONE, Feature.DELAYED_REDELIVERY),
    /** Urgent messages overtake. */
    PRIORITY(Durability.NONE, Feature.PRIORITY),
    /** An archive has written it when its publish is accepted. */
    ARCHIVE(Durability.NONE, null);

    /** Written as {@code durable, ordered}. */
    public static final Kind<List<Need>> KIND = new Kind<>(
            "any of durable, synced, replicated, ordered, replay, delay, priority, archive",
            text -> Kinds.TEXTS.parser().apply(text).stream()
                    .map(Kinds.constant(Need.class).parser())
                    .distinct()
                    .toList());

    private final Durability durability;
    private final @Nullable Feature feature;

    Need(Durability durability, @Nullable Feature feature) {
        this.durability = durability;
        this.feature = feature;
    }

    /** What a transport can do is certain; what its server makes of a publish is so once that has answered. */
    Finding judge(Promise promise, Message message) {
        if (this == ARCHIVE) {
            return finding(
                    promise.archives(message),
                    promise.mayArchive(message),
                    "no archive has it when it is accepted" + on(message));
        }
        if (feature != null && !promise.capabilities().has(feature)) {
            return new Finding(this, Verdict.UNMET, "it has no " + feature);
        }
        return finding(
                promise.durability(message).atLeast(durability),
                promise.durabilityMax(message).atLeast(durability),
                "it gives " + promise.guarantees(message).durability() + on(message));
    }

    private Finding finding(boolean given, boolean mayBeGiven, String otherwise) {
        return given
                ? new Finding(this, Verdict.MET, "")
                : new Finding(this, mayBeGiven ? Verdict.OPEN : Verdict.UNMET, otherwise);
    }

    private static String on(Message message) {
        return " (on " + message.topic().text() + ")";
    }

    /** As it is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
