"""The three real servers: RabbitMQ, the S3 store, PostgreSQL."""
