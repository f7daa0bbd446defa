"""The operators' API, /v1/ops: what the gateway serves for those who see and steer everything."""
