"""What tests of services use: a proxy that cuts connections, a look at the real broker, nodes in the test's process."""
