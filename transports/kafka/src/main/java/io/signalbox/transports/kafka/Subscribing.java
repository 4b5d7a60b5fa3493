package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.StartPosition;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.kafka.SessionRecord.Past;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and ends subscriptions, in the turn of their session; what they are then is to be written to its record. */
record Subscribing(KafkaTransport transport, Registry registry, Here here) {
    private static final Logger LOG = LoggerFactory.getLogger(Subscribing.class);

    /** @param results one is added for each */
    SessionRecord subscribe(KafkaSession session, List<FilterSpec> specs, List<@Nullable Refusal> results) {
        SessionRecord record = record(session);
        for (FilterSpec spec : specs) {
            Refusal refusal = transport.admission().refuse(spec);
            results.add(refusal);
            if (refusal == null) {
                record = record.with(spec.shareGroup() == null ? own(session, spec) : shared(session, spec));
            }
        }
        return record;
    }

    private SessionRecord record(KafkaSession session) {
        SessionRecord known = registry.find(session.name());
        return known == null ? SessionRecord.of(transport.node(), session.expirySeconds()) : known;
    }

    private Subscription own(KafkaSession session, FilterSpec spec) {
        Map<TopicPartition, Long> ends =
                transport.cluster().ends(transport.layout().partitions(spec.filter()));
        Past past = null;
        if (!(spec.start() instanceof StartPosition.New)) {
            past = new Past(
                    transport.beginnings().of(spec.start(), spec.filter(), ends),
                    spec.start() instanceof StartPosition.LastPerTopic,
                    spec.replaySpeed());
        }
        Past from = past;
        return here.await(session.reader().ask(() -> session.reader().install(spec, ends, from)));
    }

    /** The first member decides where the group begins. */
    private Subscription shared(KafkaSession session, FilterSpec spec) {
        Target target = Subscriptions.target(spec);
        transport.catchUp();
        if (!registry.anyMember(target)) {
            Map<TopicPartition, Long> ends =
                    transport.cluster().ends(transport.layout().partitions(spec.filter()));
            Map<TopicPartition, OffsetAndMetadata> begin = new HashMap<>();
            transport
                    .beginnings()
                    .of(spec.start(), spec.filter(), ends)
                    .forEach((partition, from) ->
                            begin.put(partition, Position.at(from).committed()));
            try {
                transport.cluster().commitNow(transport.names().share(target), begin);
            } catch (SignalboxException e) {
                LOG.info("the share group {} goes on where it was: {}", target, e.getMessage());
            }
        }
        session.shares().add(target);
        transport.shareGroups().join(target, session, spec);
        return new Subscription(spec, Map.of(), null);
    }

    /** @param was one is added for each: was it there? */
    SessionRecord unsubscribe(KafkaSession session, List<Target> targets, List<Boolean> was) {
        SessionRecord record = record(session);
        for (Target target : targets) {
            Optional<Subscription> found = record.find(target);
            was.add(found.isPresent());
            if (found.isPresent()) {
                if (target.shareGroup() == null) {
                    boolean gone = here.await(
                            session.reader().ask(() -> session.reader().uninstall(target)));
                    LOG.trace("{} of {} is gone: {}", target, session.name(), gone);
                } else {
                    session.shares().remove(target);
                    transport.shareGroups().leave(target, session);
                }
                record = record.without(target);
            }
        }
        return record;
    }
}
