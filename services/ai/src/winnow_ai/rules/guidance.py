"""Guidance made of a rule's own words."""

from winnow_contracts.photo import GuidanceStep, Rule


def steps_of(rule: Rule) -> tuple[GuidanceStep, ...]:
    """The rule's steps as guidance, in their order. It is used if no text model gives better words."""
    return tuple(GuidanceStep(rule_step=step.id, text=step.text) for step in rule.steps)
