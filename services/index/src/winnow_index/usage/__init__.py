"""AI usage and budgets by tenant and day."""
