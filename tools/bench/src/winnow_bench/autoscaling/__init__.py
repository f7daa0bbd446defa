"""What the autoscalers of ``deploy/k8s`` would do, by Kubernetes' rule and a model of a lane."""
