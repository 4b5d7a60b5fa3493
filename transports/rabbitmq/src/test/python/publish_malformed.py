"""Publishes a message with a field that no message can have, then a good one."""
import sys

import pika

port, prefix = int(sys.argv[1]), sys.argv[2]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
channel.confirm_delivery()
channel.basic_publish(
    prefix, "orders.bad", b"its bytes", pika.BasicProperties(headers={"sb-ttl": "tomorrow"}), mandatory=True
)
channel.basic_publish(prefix, "orders.good", b"after it", mandatory=True)
connection.close()
