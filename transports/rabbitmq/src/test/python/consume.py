"""Binds a queue of its own, says that it is ready, and prints the first message that comes."""
import sys

import pika

port, prefix = int(sys.argv[1]), sys.argv[2]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
queue = channel.queue_declare("", exclusive=True).method.queue
channel.queue_bind(queue, prefix, "orders.*.shipped")
print("ready", flush=True)
for method, properties, body in channel.consume(queue, inactivity_timeout=30):
    if method is None:
        sys.exit("no message came")
    print("routing_key", method.routing_key)
    print("body", body.decode())
    for name in ("content_type", "message_id", "reply_to", "correlation_id", "type", "delivery_mode", "timestamp"):
        print(name, getattr(properties, name))
    for name in sorted(properties.headers):
        if name != "sb-origin":
            print("header", name, properties.headers[name])
    channel.basic_ack(method.delivery_tag)
    break
connection.close()
