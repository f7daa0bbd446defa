"""Winnow on one machine: the real RabbitMQ, S3 store and PostgreSQL, every service, local models."""
