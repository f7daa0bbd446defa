"""The refusal of a call whose tenant has spent the budget of the day."""

from winnow_contracts.errors import Refused


def budget_spent(spent_usd: float, limit_usd: float) -> Refused:
    """The error (``budget-spent``); amounts are US dollars of the day (UTC)."""
    return Refused(
        f"the day's budget for AI calls is spent: {spent_usd:.2f} of {limit_usd:.2f} US dollars",
        code="budget-spent",
        hint="Nothing is lost: run the job again after midnight (UTC), or raise the tenant's budget and run it now.",
    )
