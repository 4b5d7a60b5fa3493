"""Waits for one dead letter and prints it with its headers."""
import sys

import pika

port, prefix = int(sys.argv[1]), sys.argv[2]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
for method, properties, body in channel.consume(prefix + ".dead-letters", inactivity_timeout=30):
    if method is None:
        sys.exit("no dead letter came")
    print(method.routing_key, body.decode(), {k: v for k, v in properties.headers.items() if k != "sb-origin"})
    channel.basic_ack(method.delivery_tag)
    break
connection.close()
