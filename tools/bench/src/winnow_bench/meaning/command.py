"""``winnow bench meaning``: compares the local embedding models on the questions shipped with Winnow, as tables."""

import argparse
import dataclasses
import json
from pathlib import Path

from winnow_bench.meaning.retrieval import DIRECTIONS, FLOORS, Retrieval, measure, read_questions
from winnow_cli.output import say
from winnow_models import e5, use
from winnow_models.embeddings import DIMENSIONS, Embedder
from winnow_models.settings import model_threads


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench meaning``."""
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures here")


def run(arguments: argparse.Namespace) -> int:
    """Measures each model alone, then both joined, as far as the processor can run them; prints the tables."""
    embedder, questions = Embedder(threads=model_threads()), read_questions()
    models = (e5.MODEL_ID, use.MODEL_ID, *DIMENSIONS) if e5.runs_here() else (use.MODEL_ID,)
    findings = [measure(embedder, questions, model) for model in dict.fromkeys(models)]
    say(table(findings))
    if arguments.json:
        figures = [{**dataclasses.asdict(finding), "floor": finding.floor} for finding in findings]
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def table(findings: list[Retrieval]) -> str:
    """Returns the findings as Markdown."""
    names = [f"{left}-{right}" for left, right in DIRECTIONS]
    lines = [
        "Right passage first, by language of question and passages (in brackets: what chance could make of it, 95 %):",
        "",
        "| model | numbers | " + " | ".join(names) + " | all | MRR |",
        "|" + " --- |" * (len(names) + 4),
    ]
    for finding in findings:
        counts = " | ".join(str(finding.right_first[name]) for name in names)
        low, high = finding.interval
        total = f"{finding.total} of {finding.questions} ({low}–{high})"
        numbers = DIMENSIONS[finding.model]
        lines.append(f"| {finding.model} | {numbers} | {counts} | {total} | {finding.mean_reciprocal_rank:.3f} |")
    first = findings[0]
    lines += [
        "",
        f"A floor for hits by meaning: unanswerable questions let through (of {first.unanswered}) / right passages "
        f"kept (of {first.answered}):",
        "",
        "| model | floor | " + " | ".join(f"{floor:.2f}" for floor in FLOORS) + " |",
        "|" + " --- |" * (len(FLOORS) + 2),
    ]
    for finding in findings:
        cells = " | ".join(f"{row.let_through} / {row.kept}" for row in finding.floors)
        lines.append(f"| {finding.model} | **{finding.floor:.2f}** | {cells} |")
    lines += ["", "Bold: the lowest that lets through at most two of five."]
    return "\n".join(lines)
