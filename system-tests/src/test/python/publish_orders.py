"""Publishes JSON orders to an exchange, as any client of RabbitMQ does; ends when all are confirmed."""
import json
import sys

import pika

port, exchange, first, last = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
channel.confirm_delivery()
for number in range(first, last + 1):
    channel.basic_publish(
        exchange,
        "orders.%d.created" % number,
        json.dumps({"number": number, "amount": 100 + number % 3, "customer": "J\u00fcrgen"}).encode(),
        pika.BasicProperties(
            content_type="application/json",
            message_id="order-%d" % number,
            delivery_mode=2,
            headers={"tenant": "acme", "sb-ordering-key": "customer-%d" % (number % 5)},
        ),
        mandatory=True,
    )
connection.close()
print("confirmed", last - first + 1)
