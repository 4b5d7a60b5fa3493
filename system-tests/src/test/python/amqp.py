"""Scenarios with qpid-proton: python3 amqp.py PORT scenarios|send|check. One line for each, exit code 1 if any fails."""
import sys
import traceback

from proton import Delivery, Message, Timeout, symbol
from proton.reactor import Container, DurableSubscription
from proton.utils import BlockingConnection, LinkDetached, SendException

PORT = int(sys.argv[1])
MODE = sys.argv[2]
TIMEOUT = 30


def connect(container_id):
    container = Container()
    container.container_id = container_id
    return BlockingConnection(f"127.0.0.1:{PORT}", timeout=TIMEOUT, container=container)


def published_is_received_and_settled():
    connection = connect("py-settle")
    receiver = connection.create_receiver("py/settle", credit=10)
    sender = connection.create_sender("py/settle")
    for number in range(100):
        assert sender.send(Message(body=f"text {number}")).remote_state == Delivery.ACCEPTED
        message = receiver.receive(timeout=TIMEOUT)
        assert message.body == f"text {number}", message
        receiver.accept()
    connection.close()


def released_comes_again_and_rejected_does_not():
    connection = connect("py-outcomes")
    receiver = connection.create_receiver("queue://py/outcomes", credit=10)
    sender = connection.create_sender("queue://py/outcomes")
    sender.send(Message(body="again"))
    receiver.receive(timeout=TIMEOUT)
    receiver.release(delivered=False)
    message = receiver.receive(timeout=TIMEOUT)
    assert message.body == "again" and message.delivery_count == 0, message
    receiver.fetcher.unsettled[0].local.failed = True
    receiver.settle(Delivery.MODIFIED)
    message = receiver.receive(timeout=TIMEOUT)
    assert message.delivery_count == 1, message
    receiver.reject()
    sender.send(Message(body="next"))
    message = receiver.receive(timeout=TIMEOUT)
    assert message.body == "next", message
    receiver.accept()
    connection.close()


def a_durable_subscription_keeps_what_comes_meanwhile():
    first = connect("py-durable")
    receiver = first.create_receiver("py/news", name="mine", credit=10, options=DurableSubscription())
    receiver.link.detach()
    first.close()
    publisher = connect("py-publisher")
    sender = publisher.create_sender("py/news")
    for number in range(10):
        sender.send(Message(body=number))
    again = connect("py-durable")
    receiver = again.create_receiver("py/news", name="mine", credit=10, options=DurableSubscription())
    for number in range(10):
        assert receiver.receive(timeout=TIMEOUT).body == number
        receiver.accept()
    receiver.close()
    again.close()
    publisher.close()


def what_is_malformed_is_rejected_and_what_is_not_served_is_refused():
    connection = connect("py-refused")
    relay = connection.create_sender(None)
    try:
        relay.send(Message(address="no/+/topic", body="x"))
        raise AssertionError("a topic with a wildcard was accepted")
    except SendException:
        pass
    try:
        connection.create_receiver("py/#/wrong")
        raise AssertionError("a filter that is none was accepted")
    except LinkDetached as refused:
        assert "amqp:invalid-field" in str(refused), refused
    connection.close()


def a_large_message_arrives_whole():
    connection = connect("py-large")
    receiver = connection.create_receiver("py/large", credit=1)
    sender = connection.create_sender("py/large")
    body = bytes(range(256)) * 12_000
    sender.send(Message(body=body))
    assert bytes(receiver.receive(timeout=TIMEOUT).body) == body
    receiver.accept()
    connection.close()


def send():
    connection = connect("py-send")
    sender = connection.create_sender("queue://metadata/python")
    sender.send(Message(
        body="{}", durable=True, priority=7, ttl=60.0, id="from-python", correlation_id="c-1", subject="order",
        reply_to="answers/here", content_type="application/json", group_id="customer-7",
        properties={"text": "value", "count": 42, "flag": True, "ratio": 0.5},
        annotations={symbol("x-opt-origin"): "python"}))
    connection.close()


def check():
    connection = connect("py-check")
    receiver = connection.create_receiver("queue://metadata/rhea", credit=1)
    message = receiver.receive(timeout=TIMEOUT)
    receiver.accept()
    assert message.body == "{}", message.body
    assert message.durable and message.priority == 7 and 0 < message.ttl <= 60, message
    assert (message.id, message.correlation_id, message.subject) == ("from-rhea", "c-1", "order"), message
    assert (message.reply_to, message.group_id) == ("answers/here", "customer-7"), message
    assert message.content_type == "application/json", message
    assert message.annotations[symbol("x-opt-origin")] == "rhea", message.annotations
    assert message.properties == {"text": "value", "count": 42, "flag": True, "ratio": 0.5}, message.properties
    connection.close()


SCENARIOS = [
    published_is_received_and_settled,
    released_comes_again_and_rejected_does_not,
    a_durable_subscription_keeps_what_comes_meanwhile,
    what_is_malformed_is_rejected_and_what_is_not_served_is_refused,
    a_large_message_arrives_whole,
]

failed = False
for scenario in {"scenarios": SCENARIOS, "send": [send], "check": [check]}[MODE]:
    try:
        scenario()
        print("ok", scenario.__name__, flush=True)
    except (Exception, Timeout):
        failed = True
        print("FAILED", scenario.__name__, flush=True)
        traceback.print_exc()
sys.exit(1 if failed else 0)
