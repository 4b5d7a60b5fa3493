package io.signalbox.transports.composite.strategy;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import java.util.List;
import java.util.Map;

/** What decides which member a message goes to. The same message always goes to the same member. */
public sealed interface SplitBy {
    /** @return a member's name */
    String member(Message message, List<String> members);

    /**
     * By ordering key, or by topic if it has none: rendezvous hashing, so that one member more or less moves only its
     * own share of the keys.
     */
    record Key() implements SplitBy {
        @Override
        public String member(Message message, List<String> members) {
            String key = message.properties().orderingKey();
            int hash = (key == null ? message.topic().text() : key).hashCode();
            String best = members.getFirst();
            long bestWeight = Long.MIN_VALUE;
            for (String member : members) {
                long weight = mix(((long) member.hashCode() << 32) ^ hash);
                if (weight > bestWeight) {
                    bestWeight = weight;
                    best = member;
                }
            }
            return best;
        }

        /** The finaliser of SplitMix64 (Steele, Lea, Flood): every bit of the input moves half of the output's. */
        private static long mix(long bits) {
            long x = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
            x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
            return x ^ (x >>> 31);
        }
    }

    /** By the first rule whose filter matches the topic. */
    record Topics(List<TopicRule> rules, String otherwise) implements SplitBy {
        public Topics {
            rules = List.copyOf(rules);
        }

        @Override
        public String member(Message message, List<String> members) {
            for (TopicRule rule : rules) {
                if (rule.filter().matches(message.topic())) {
                    return rule.member();
                }
            }
            return otherwise;
        }
    }

    record TopicRule(TopicFilter filter, String member) {}

    /** By whom it is addressed to ({@code to}). */
    record Addressee(Map<String, String> memberOf, String otherwise) implements SplitBy {
        public Addressee {
            memberOf = Map.copyOf(memberOf);
        }

        @Override
        public String member(Message message, List<String> members) {
            String to = message.properties().to();
            return to == null ? otherwise : memberOf.getOrDefault(to, otherwise);
        }
    }
}
