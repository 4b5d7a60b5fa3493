package io.signalbox.codecs.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.core.provider.EventFormatProvider;
import io.signalbox.codec.MediaTypes;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.CloudEventBinding;
import io.signalbox.message.envelope.CloudEvents;
import io.signalbox.testkit.RandomMessages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of the envelope gives every message back, whole; the seed is the test's argument. */
class EnvelopeProperties {
    private static final int CASES = 10_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_126})
    void theJsonFormGivesTheMessageBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        int readable = 0;
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            byte[] document = JsonEnvelope.write(message);
            RandomMessages.assertSame(JsonEnvelope.read(document, null), message, "seed " + seed + ", case " + i);
            readable += text(document).contains("\"payload\":") ? 1 : 0;
        }
        assertThat(readable).isGreaterThan(CASES / 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 43, 20_261_127})
    void aStructuredCloudEventGivesTheMessageBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        int readable = 0;
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            byte[] event = CloudEventJson.write(message);
            RandomMessages.assertSame(CloudEventJson.read(event, null), message, "seed " + seed + ", case " + i);
            readable += text(event).contains("\"data\":") ? 1 : 0;
        }
        assertThat(readable).isGreaterThan(CASES / 10);
    }

    @ParameterizedTest
    @EnumSource(CloudEventBinding.class)
    void aBinaryCloudEventGivesTheMessageBackFromHeadersInAnyOrder(CloudEventBinding binding) {
        long seed = 3 + binding.ordinal();
        RandomMessages messages = new RandomMessages(seed);
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            Map<String, String> headers = binding.headers(message);
            assertThat(binding.isEvent(headers)).isTrue();
            Map<String, String> arrived = shuffled(headers, random, binding == CloudEventBinding.HTTP);
            RandomMessages.assertSame(
                    binding.message(arrived, null, message.payload()), message, "seed " + seed + ", case " + i);
        }
    }

    /** The SDK of CloudEvents, which shares no code with ours, reads each, and what it writes of it is the message. */
    @ParameterizedTest
    @ValueSource(longs = {4, 45})
    void theCloudEventsSdkReadsAndWritesTheSame(long seed) {
        EventFormat sdk =
                Objects.requireNonNull(EventFormatProvider.getInstance().resolveFormat(CloudEventJson.MEDIA_TYPE));
        RandomMessages messages = new RandomMessages(seed);
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            if ("application/vnd.x+json".equals(message.properties().contentType())) {
                continue; // JSON by RFC 6839, but the SDK's pattern knows no dots.
            }
            Map<String, String> attributes = CloudEvents.attributes(message);
            CloudEvent event = sdk.deserialize(CloudEventJson.write(message));
            String what = "seed " + seed + ", case " + i;
            assertThat(event.getId()).as(what).isEqualTo(attributes.get("id"));
            assertThat(event.getSource()).as(what).hasToString(attributes.get("source"));
            assertThat(event.getType()).as(what).isEqualTo(attributes.get("type"));
            assertThat(event.getSubject()).as(what).isEqualTo(attributes.get("subject"));
            for (String extension : event.getExtensionNames()) {
                if (!extension.equals("sbnote")) {
                    assertThat(event.getExtension(extension)).as(what).hasToString(attributes.get(extension));
                }
            }
            if (isBrokenJson(message)) {
                continue; // The SDK would put the bytes into its document as they are.
            }
            // Not byte by byte: the SDK writes JSON payloads anew. Everything else comes back as it was.
            Message back = CloudEventJson.read(sdk.serialize(event), null);
            assertThat(back.properties()).as(what).isEqualTo(message.properties());
            assertThat(back.timestampMillis()).as(what).isEqualTo(message.timestampMillis());
            assertThat(back.topic()).as(what).isEqualTo(message.topic());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 46})
    void damagedDocumentsAreMessagesOrRefused(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            byte[] document = random.nextBoolean() ? JsonEnvelope.write(message) : CloudEventJson.write(message);
            byte[] damaged = damaged(document, random);
            refused += refused(() -> JsonEnvelope.read(damaged, null)) ? 1 : 0;
            refused += refused(() -> CloudEventJson.read(damaged, null)) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(CASES / 2);
    }

    private static boolean isBrokenJson(Message message) {
        String type = message.properties().contentType();
        return type != null
                && MediaTypes.isJson(type)
                && text(CloudEventJson.write(message)).contains("\"data_base64\"");
    }

    private static byte[] damaged(byte[] document, Random random) {
        if (random.nextBoolean()) {
            return Arrays.copyOf(document, random.nextInt(document.length));
        }
        byte[] damaged = document.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    private static boolean refused(Runnable read) {
        try {
            read.run();
            return false;
        } catch (SignalboxException typed) {
            return true;
        }
    }

    private static Map<String, String> shuffled(Map<String, String> headers, Random random, boolean anyCase) {
        List<String> names = new ArrayList<>(headers.keySet());
        Collections.shuffle(names, random);
        Map<String, String> shuffled = new LinkedHashMap<>();
        names.forEach(name -> shuffled.put(
                anyCase && random.nextBoolean() ? name.toUpperCase(Locale.ROOT) : name, headers.get(name)));
        return shuffled;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
