"""Every policy and support of a scenario, with its numbers, sources, and what it cannot show.

`python -m simcare.report.supports > docs/supports.md` writes the page for the whole menu.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from simcare.experiment.ready import Ready, make_ready
from simcare.report.policies import MEANINGS, policy_rows, with_sizes
from simcare.report.studies.found import held
from simcare.report.support_numbers import (
    PAYERS,
    Numbers,
    numbers_of_policy,
    numbers_of_support,
    text,
)
from simcare.report.words import listing, lower_first, upper_first
from simcare.scenario.domain import OfferSpec, PolicySpec, SupportSpec
from simcare.scenario.lineage import parents
from simcare.scenario.load import read_toml
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import folder
from simcare.scenario.strength import sizes_of_support

COMMAND = "python -m simcare.report.supports > docs/supports.md"
_SHIPPED = "scenarios"


def page(ready: Ready) -> str:
    """Return the page as Markdown: an index, then file by file each policy with its supports."""
    writer = _Writer(ready)
    body = list(writer.files())
    lines = [*_head(ready), *writer.index(), *body, "## Sources", "", *writer.numbers.sources()]
    return "\n".join(lines) + "\n"


def _head(ready: Ready) -> Iterator[str]:
    scenario = ready.scenario
    yield f"# Supports and policies: “{scenario.title}”"
    yield ""
    yield f"<!-- Made by `{COMMAND}`; do not edit. -->"
    yield ""
    yield (
        f"{len(scenario.policies)} policies and the {len(scenario.supports)} supports that they "
        "offer, as the files state them: what each is, whom it is for, its numbers with their "
        "ranges and sources, and what it cannot show. Every policy is compared with "
        f"`{scenario.reference}`. Money is in prices of {scenario.price_year}; “× 1.3” is a rate "
        "that is 1.3 times as high as without. A number marked *assumed* has no source, only a "
        "range and a reason. `simcare policies` lists the same on the screen, and "
        "[adding-a-support.md](adding-a-support.md) shows how to add another."
    )
    yield ""
    yield "How strong the evidence of an effect is, the strongest first:"
    yield ""
    yield from (f"- **{strength}**: {meaning}." for strength, meaning in MEANINGS.items())
    yield ""
    yield (
        "A policy is as strong as it says itself, else as the weakest of what it adds. The "
        "strength is that of the evidence, not of the effect: a trial may have found nothing. "
        "“Size assumed” means that there is such evidence, but how large the effect is in this "
        "model was not taken from it: all the numbers of the effect are assumed."
    )
    yield ""
    yield (
        "Where a study of a support is simulated with the numbers below, a line says how much of "
        "the published effect the model gives; *put in* means that the support's numbers come "
        "from that figure. All of it is in [validation-supports.md](validation-supports.md), and "
        "[the-menu.md](the-menu.md) lists the policies by theme."
    )
    yield ""


class _Writer:
    """Writes the sections; a support is described under the first policy that offers it."""

    def __init__(self, ready: Ready) -> None:
        self.ready, self.scenario = ready, ready.scenario
        self.numbers = Numbers(ready)
        self.rows = {row.name: row for row in policy_rows(ready.scenario)}
        self.described: set[str] = set()

    def index(self) -> Iterator[str]:
        yield "## Index"
        yield ""
        yield "| policy | what it does | evidence |"
        yield "| --- | --- | --- |"
        for row in self.rows.values():
            yield f"| {_policy_link(row.name, row.title)} | {text(row.plain)} | {row.evidence} |"
        yield ""

    def files(self) -> Iterator[str]:
        by_file: dict[str, list[str]] = {}
        for name in self.scenario.policies:
            by_file.setdefault(self.ready.loaded.file_of(f"policies.{name}"), []).append(name)
        for file, names in by_file.items():
            yield from self._file_head(file)
            for name in names:
                yield from self._policy(name)
        left = [name for name in self.scenario.supports if name not in self.described]
        if left:
            yield from ("## Supports that no policy offers", "")
        for name in left:
            yield from self._support(name)

    def _file_head(self, file: str) -> Iterator[str]:
        """A file's title, or that of the first that is laid over it and has one."""
        paths = [Path(given) for given in self.ready.loaded.files]
        at = next((i for i, path in enumerate(paths) if path.name == file), 0)
        titles = (read_toml(path).get("title") for path in paths[at:])
        yield f"## {next((title for title in titles if title), file)}"
        yield ""
        if paths[at].is_relative_to(folder().resolve()):
            shipped = f"{_SHIPPED}/{paths[at].relative_to(folder().resolve()).as_posix()}"
            yield f"Stated in [{shipped}](../{shipped})."
            yield ""

    def _policy(self, name: str) -> Iterator[str]:
        spec = self.scenario.policies[name]
        yield f'### <a id="policy-{name}"></a>{spec.title}'
        yield ""
        yield f"`{name}`: {_sentence(spec.plain)}"
        yield ""
        if name == self.scenario.reference:
            yield "- All the others are compared with it."
        else:
            yield f"- Evidence: **{self.rows[name].evidence}**."
        if spec.cannot_show:
            yield f"- What it cannot show: {_sentence(spec.cannot_show)}"
        yield from self._rests_on(spec)
        yield from (self._stop(stop.support, stop.at) for stop in spec.stops)
        yield ""
        yield from self._offers(spec.offers)
        yield from self.numbers.table(numbers_of_policy(self.scenario, spec))
        yield from self._replaced(spec)
        for support in dict.fromkeys(offer.support for offer in spec.offers):
            if support not in self.described:
                yield from self._support(support)

    def _rests_on(self, spec: PolicySpec) -> Iterator[str]:
        known = self.scenario.policies
        above = [_policy_link(one, known[one].title) for one in parents(spec)]
        if spec.together:
            yield f"- All at once: {listing(above)}."
        elif above:
            yield f"- Beside all that {listing(above)} does."

    def _stop(self, support: str, at: Sequence[str]) -> str:
        return f"- It stops {self._support_link(support)} at: {self._stages(at)}."

    def _offers(self, offers: Sequence[OfferSpec]) -> Iterator[str]:
        """A table of offers, those that differ only in the stage on one line."""
        stages: dict[str, list[str]] = {}
        for offer in offers:
            reach = "nobody" if offer.reach == 0 else self._reach(offer)
            when = "; ".join(f"`{rule}`" for rule in offer.when)
            after = "at once" if offer.after_weeks == 0 else self.numbers.amount(offer.after_weeks)
            who = self._whom(offer)
            cells = f"| {after} | {reach} | {who}{'; ' if when else ''}{text(when)} |"
            key = f"{self._support_link(offer.support)}\n{cells}"
            stages.setdefault(key, []).extend(offer.at)
        if not offers:
            return
        yield "| offers | when the case reaches | after | share offered it | to whom |"
        yield "| --- | --- | --- | --- | --- |"
        for key, levels in stages.items():
            support, cells = key.split("\n")
            yield f"| {support} | {self._stages(levels)} {cells}"
        yield ""

    def _reach(self, offer: OfferSpec) -> str:
        return "all" if offer.reach == 1 else self.numbers.amount(offer.reach)

    def _whom(self, offer: OfferSpec) -> str:
        support = self.scenario.supports[offer.support]
        needs = offer.needs if offer.needs is not None else support.serves
        severity = offer.severity if offer.severity is not None else support.severity
        return self._families(needs, severity)

    def _families(self, needs: Sequence[str], severity: Sequence[str]) -> str:
        if not needs:
            return "every family"
        named = listing([lower_first(self.scenario.needs[n].title) for n in needs], "or")
        return f"{named} ({listing(list(severity), 'or')})"

    def _replaced(self, spec: PolicySpec) -> Iterator[str]:
        if not spec.use:
            return
        yield "Numbers that it replaces:"
        yield ""
        yield "| number | usually | here | range | where the new one comes from |"
        yield "| --- | ---: | ---: | --- | --- |"
        for name, other in spec.use.items():
            usual, here = self.numbers.amount(name), self.numbers.amount(other)
            cells = (
                f"`{name}`, by `{other}`", usual, here,
                self.numbers.span(other), self.numbers.origin(other),
            )  # fmt: skip
            yield f"| {' | '.join(cells)} |"
        yield ""

    def _support(self, name: str) -> Iterator[str]:
        self.described.add(name)
        spec, sizes = self.scenario.supports[name], sizes_of_support(self.scenario, name)
        yield f'#### <a id="support-{name}"></a>Support: {spec.title}'
        yield ""
        yield f"- Name: `{name}`."
        yield f"- For: {self._families(spec.serves, spec.severity)}."
        yield from self._how_it_goes(spec)
        yield f"- Price: {self._price(spec)}."
        yield f"- Evidence: **{with_sizes(spec.evidence_strength, sizes)}**."
        yield from self._held(name)
        yield f"- What it cannot show: {_sentence(spec.cannot_show)}"
        yield ""
        yield from self.numbers.table(numbers_of_support(self.scenario, spec))

    def _held(self, name: str) -> Iterator[str]:
        lines = held(self.scenario, name, self.ready.values)
        for (study, title), line in lines.items():
            yield f"- {_sentence(line)} [{text(title)}](validation-supports.md#study-{study})."
        if not lines:
            yield "- Held to no study in this model."

    def _how_it_goes(self, spec: SupportSpec) -> Iterator[str]:
        if spec.retention is not None and spec.retention.curve is not None:
            yield f"- Who stays how long: the curve {self.numbers.cite(spec.retention.curve)}."
        if spec.retention is not None and spec.retention.source is not None:
            yield f"- Who stays how long: {_sentence(spec.retention.source)}"
        if spec.planned_weeks is None and spec.retention is None:
            yield "- It has no planned end."
        if spec.ends_at:
            yield f"- It ends at: {self._stages(spec.ends_at)}."
        if spec.gives_way_to:
            others = [self._support_link(other) for other in spec.gives_way_to]
            yield f"- It gives way to: {listing(others)}."
        if spec.place is not None:
            yield f"- It takes one of the places of: {self.scenario.places[spec.place].title}."
        if spec.children_meanwhile is not None:
            region = self.scenario.regions[self.scenario.children_region]
            yield f"- The children meanwhile: {region.levels[spec.children_meanwhile].title}."

    def _price(self, spec: SupportSpec) -> str:
        said = [
            f"{self.numbers.amount(money.amount)}{once}, paid by {PAYERS[money.payer]}"
            for once, prices in ((" on starting", spec.per_start), ("", spec.per_week))
            for money in prices
        ]
        said += [
            f"{self.numbers.amount(money.amount)} spared by {PAYERS[money.payer]}"
            for money in spec.spares_per_week
        ]
        return "; ".join(said) or "none of its own"

    def _support_link(self, name: str) -> str:
        return f"[{text(self.scenario.supports[name].title)}](#support-{name})"

    def _stages(self, levels: Iterable[str]) -> str:
        return "; ".join(dict.fromkeys(_stage(self.scenario, level) for level in levels))


def _stage(scenario: Scenario, level: str) -> str:
    region = scenario.regions[scenario.case_region]
    if level.startswith("@"):
        return "; ".join(_stage(scenario, one) for one in scenario.groups[level[1:]])
    return lower_first(text(region.levels[level].title))


def _policy_link(name: str, title: str) -> str:
    return f"[{text(title)}](#policy-{name})"


def _sentence(said: str) -> str:
    clean = upper_first(text(said))
    return clean if clean[-1:] in (".", "?", "!", "”") else f"{clean}."


if __name__ == "__main__":
    sys.stdout.buffer.write(page(make_ready("menu")).encode())
