"""Scenarios with paho-mqtt 1.x: python3 scenarios.py PORT [PATH], over WebSocket with a path. One line for each, exit code 1 if any fails."""
import queue
import sys
import threading
import time
import traceback

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PORT = int(sys.argv[1])
PATH = sys.argv[2] if len(sys.argv) > 2 else None
TIMEOUT = 30


class Client:
    """A client with its callbacks turned into queues."""

    def __init__(self, name, version=mqtt.MQTTv311, clean=True, expiry=0, will=None, start=True):
        arguments = {} if version == mqtt.MQTTv5 else {"clean_session": clean}
        self.version, self.clean, self.expiry = version, clean, expiry
        self.messages, self.connected = queue.Queue(), queue.Queue()
        self.disconnected, self.subscribed, self.published = queue.Queue(), queue.Queue(), queue.Queue()
        self.paho = mqtt.Client(name, protocol=version, transport="websockets" if PATH else "tcp", **arguments)
        if PATH:
            self.paho.ws_set_options(path=PATH)
        self.paho.on_message = lambda c, u, message: self.messages.put(message)
        self.paho.on_connect = lambda c, u, flags, code, properties=None: self.connected.put((flags, code, properties))
        self.paho.on_disconnect = lambda c, u, code, properties=None: self.disconnected.put((code, properties))
        self.paho.on_subscribe = lambda c, u, mid, codes, properties=None: self.subscribed.put(codes)
        self.paho.on_publish = lambda c, u, mid: self.published.put(mid)
        if will:
            self.paho.will_set(**will)
        if start:
            self.start()

    def start(self):
        if self.version == mqtt.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = self.expiry
            self.paho.connect("127.0.0.1", PORT, 60, clean_start=self.clean, properties=properties)
        else:
            self.paho.connect("127.0.0.1", PORT, 60)
        self.paho.loop_start()
        self.flags, code, self.properties = self.connected.get(timeout=TIMEOUT)
        assert code == 0, f"connect gave {code}"
        return self

    def subscribe(self, *arguments, **keywords):
        result, _ = self.paho.subscribe(*arguments, **keywords)
        assert result == 0, result
        return self.subscribed.get(timeout=TIMEOUT)

    def publish(self, topic, payload, qos=1, retain=False, properties=None):
        keywords = {"properties": properties} if properties else {}
        info = self.paho.publish(topic, payload, qos, retain, **keywords)
        info.wait_for_publish(TIMEOUT)
        assert info.is_published(), f"no acknowledgement for {topic}"

    def next(self):
        return self.messages.get(timeout=TIMEOUT)

    def take(self, count):
        return [self.next().payload.decode() for _ in range(count)]

    def close(self):
        self.paho.disconnect()
        self.paho.loop_stop()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


VERSIONS = {"3.1.1": mqtt.MQTTv311, "5": mqtt.MQTTv5}
scenarios = []


def scenario(function):
    scenarios.append((function.__name__, function))
    return function


def for_each_version(function):
    for name, version in VERSIONS.items():
        scenarios.append((f"{function.__name__} ({name})", lambda version=version: function(version)))
    return function


@for_each_version
def every_qos_arrives_in_order(version):
    with Client("", version) as subscriber, Client("", version) as publisher:
        for qos in range(3):
            subscriber.subscribe(f"order/{version}/{qos}", qos)
            sent = [f"{qos}-{number}" for number in range(200)]
            for payload in sent:
                publisher.paho.publish(f"order/{version}/{qos}", payload, qos)
            assert subscriber.take(200) == sent, qos


@for_each_version
def a_persistent_session_is_resumed(version):
    with Client(f"resume-{version}", version, clean=False, expiry=600) as subscriber:
        assert subscriber.flags["session present"] == 0
        subscriber.subscribe(f"resume/{version}", 2)
    with Client("", version) as publisher:
        # Order is promised for messages of one QoS.
        for number in range(50):
            publisher.publish(f"resume/{version}", f"1-{number}", 1)
            publisher.publish(f"resume/{version}", f"2-{number}", 2)
    with Client(f"resume-{version}", version, clean=False, expiry=600) as subscriber:
        assert subscriber.flags["session present"] == 1
        got = subscriber.take(100)
        for qos in "12":
            assert [payload for payload in got if payload[0] == qos] == [f"{qos}-{number}" for number in range(50)], got
    with Client(f"resume-{version}", version, clean=True) as subscriber:
        assert subscriber.flags["session present"] == 0


@for_each_version
def the_second_connection_of_a_client_id_takes_over(version):
    first = Client(f"takeover-{version}", version)
    first.paho.reconnect_delay_set(60, 60)
    with Client(f"takeover-{version}", version):
        # paho 1.6.1 reads no reason code from a DISCONNECT of two bytes; MQTT.js looks at it.
        first.disconnected.get(timeout=TIMEOUT)
    first.paho.loop_stop()


@for_each_version
def a_retained_message_is_kept_and_cleared(version):
    topic = f"kept/{version}"
    with Client("", version) as publisher:
        publisher.publish(topic, "kept", 1, True)
        with Client("", version) as subscriber:
            subscriber.subscribe(topic, 1)
            message = subscriber.next()
            assert message.retain and message.payload == b"kept"
        publisher.publish(topic, "", 1, True)
        with Client("", version) as subscriber:
            subscriber.subscribe([(topic, 1), (topic + "/end", 1)])
            publisher.publish(topic + "/end", "end")
            assert subscriber.take(1) == ["end"]


@for_each_version
def a_lost_client_leaves_its_will(version):
    will = {"topic": f"will/{version}", "payload": "gone", "qos": 1}
    with Client("", version) as watcher:
        watcher.subscribe(f"will/{version}", 1)
        mortal = Client("", version, will=will)
        mortal.paho.loop_stop()
        mortal.paho._sock_close()
        assert watcher.take(1) == ["gone"]


@scenario
def properties_of_a_publish_travel_unchanged():
    with Client("", mqtt.MQTTv5) as client:
        client.subscribe("travel", 1)
        sent = Properties(PacketTypes.PUBLISH)
        sent.PayloadFormatIndicator = 1
        sent.ContentType = "text/plain"
        sent.ResponseTopic = "answers"
        sent.CorrelationData = b"\x00\x01\xff"
        sent.UserProperty = [("a", "1"), ("b", "2"), ("a", "3")]
        client.publish("travel", "x", 1, properties=sent)
        got = client.next().properties
        assert got.PayloadFormatIndicator == 1
        assert (got.ContentType, got.ResponseTopic, got.CorrelationData) == ("text/plain", "answers", b"\x00\x01\xff")
        assert got.UserProperty == [("a", "1"), ("b", "2"), ("a", "3")], got.UserProperty


@scenario
def a_subscription_identifier_comes_with_each_message():
    with Client("", mqtt.MQTTv5) as client:
        properties = Properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = 4711
        client.subscribe("identified/#", options=SubscribeOptions(qos=1), properties=properties)
        client.publish("identified/x", "x")
        assert client.next().properties.SubscriptionIdentifier == [4711]


@scenario
def no_local_keeps_own_messages_away():
    with Client("", mqtt.MQTTv5) as own, Client("", mqtt.MQTTv5) as other:
        own.subscribe("room", options=SubscribeOptions(qos=1, noLocal=True))
        own.publish("room", "mine")
        other.publish("room", "theirs")
        assert own.take(1) == ["theirs"]


@scenario
def retain_as_published_keeps_the_flag():
    with Client("", mqtt.MQTTv5) as keeps, Client("", mqtt.MQTTv5) as clears:
        keeps.subscribe("rap", options=SubscribeOptions(qos=1, retainAsPublished=True))
        clears.subscribe("rap", options=SubscribeOptions(qos=1))
        clears.publish("rap", "x", 1, True)
        assert keeps.next().retain
        assert not clears.next().retain


@scenario
def retain_handling_decides_who_gets_retained_messages():
    with Client("", mqtt.MQTTv5) as client:
        client.publish("handling", "kept", 1, True)
        client.subscribe("handling", options=SubscribeOptions(qos=1, retainHandling=2))
        client.publish("handling", "live 1")
        assert client.take(1) == ["live 1"]
        client.subscribe("handling", options=SubscribeOptions(qos=1, retainHandling=1))
        client.publish("handling", "live 2")
        assert client.take(1) == ["live 2"]
        client.subscribe("handling", options=SubscribeOptions(qos=1, retainHandling=0))
        assert client.take(1) == ["kept"]


@scenario
def an_expired_message_is_not_delivered_and_waiting_is_subtracted():
    with Client("expiry", mqtt.MQTTv5, clean=False, expiry=600) as subscriber:
        subscriber.subscribe("expiry", 1)
    with Client("", mqtt.MQTTv5) as publisher:
        properties = Properties(PacketTypes.PUBLISH)
        properties.MessageExpiryInterval = 1
        publisher.publish("expiry", "short", 1, properties=properties)
        properties = Properties(PacketTypes.PUBLISH)
        properties.MessageExpiryInterval = 1000
        publisher.publish("expiry", "long", 1, properties=properties)
    # Expiry counts in real seconds on the server's clock: nothing but time passes here.
    threading.Event().wait(2.2)
    with Client("expiry", mqtt.MQTTv5, clean=False, expiry=0) as subscriber:
        message = subscriber.next()
        assert message.payload == b"long", message.payload
        assert 0 < message.properties.MessageExpiryInterval <= 998, message.properties


@scenario
def a_topic_alias_stands_for_its_topic():
    with Client("", mqtt.MQTTv5) as client:
        aliases = getattr(client.properties, "TopicAliasMaximum", 0)
        if not aliases:
            print("  (the broker accepts no topic aliases)")
            return
        client.subscribe("alias/long/topic", 1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.TopicAlias = 1
        client.publish("alias/long/topic", "one", 1, properties=properties)
        # paho refuses an empty topic before it looks at the alias, so the topic is sent again.
        client.publish("alias/long/topic", "two", 1, properties=properties)
        assert client.take(2) == ["one", "two"]


@scenario
def a_shared_subscription_delivers_each_message_once():
    with Client("", mqtt.MQTTv5) as one, Client("", mqtt.MQTTv5) as two, Client("", mqtt.MQTTv5) as publisher:
        one.subscribe("$share/g/shared", 1)
        two.subscribe("$share/g/shared", 1)
        for number in range(40):
            publisher.publish("shared", str(number))
        deadline, got = time.monotonic() + TIMEOUT, []
        while len(got) < 40 and time.monotonic() < deadline:
            for client in (one, two):
                while not client.messages.empty():
                    got.append(int(client.messages.get().payload))
            threading.Event().wait(0.01)
        assert sorted(got) == list(range(40)), got


@scenario
def request_and_response():
    with Client("", mqtt.MQTTv5) as server, Client("", mqtt.MQTTv5) as client:
        def answer(paho, userdata, message):
            properties = Properties(PacketTypes.PUBLISH)
            properties.CorrelationData = message.properties.CorrelationData
            paho.publish(message.properties.ResponseTopic, message.payload.upper(), 1, properties=properties)

        server.paho.on_message = answer
        server.subscribe("requests", 1)
        client.subscribe("responses/me", 1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic, properties.CorrelationData = "responses/me", b"17"
        client.publish("requests", "hello", 1, properties=properties)
        message = client.next()
        assert (message.payload, message.properties.CorrelationData) == (b"HELLO", b"17")


failed = 0
for name, function in scenarios:
    try:
        function()
        print(f"ok {name}", flush=True)
    except Exception:
        failed += 1
        print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
print(f"{len(scenarios)} scenarios, {failed} failed")
sys.exit(1 if failed else 0)
