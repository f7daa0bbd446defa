"""RabbitMQ: connections, topology, publishing, consuming, delays, dead letters and the two fanouts.

Only this room imports pika and Dramatiq. It knows messages, and does not know journals.
"""
