"""Publishes two messages as any client of RabbitMQ does: one with properties, one bare."""
import sys

import pika

port, prefix = int(sys.argv[1]), sys.argv[2]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
channel.confirm_delivery()
channel.basic_publish(
    prefix,
    "orders.eu%2Ewest.created",
    b'{"id": 1}',
    pika.BasicProperties(
        content_type="application/json",
        message_id="m-1",
        reply_to="replies.pika",
        correlation_id="c-1",
        timestamp=1767225600,
        delivery_mode=2,
        headers={"tenant": "acme", "attempt": 3},
    ),
    mandatory=True,
)
channel.basic_publish(prefix, "orders.2.created", b"bare", mandatory=True)
connection.close()
