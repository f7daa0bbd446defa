"""RabbitMQ: connections, topology, publishing, consuming, delays, dead letters and the two fanouts.

Only this room imports pika and Dramatiq; it knows messages, and nothing of journals."""
