"""What a policy inherits: the policies that it extends, and those that it puts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simcare.scenario.domain import OfferSpec, PolicySpec, RollOutSpec, StopSpec

Policies = Mapping[str, PolicySpec]


def lineage(policies: Policies, name: str) -> list[str]:
    """Return a policy after all that it inherits from, each once, the furthest first.

    Raises KeyError for an unknown name; `circles` finds those beforehand.
    """
    found: dict[str, None] = {}
    for above in parents(policies[name]):
        found |= dict.fromkeys(lineage(policies, above))
    return [*found, name]


def parents(policy: PolicySpec) -> list[str]:
    """Return the policies that one rests on directly."""
    return [*([policy.extends] if policy.extends is not None else []), *policy.together]


def circles(policies: Policies) -> list[str]:
    """Return the policies that rest on an unknown one, or go round in a circle."""
    return [
        name
        for name in policies
        if any(
            above not in policies or leads_to(policies, above, name)
            for above in parents(policies[name])
        )
    ]


def leads_to(policies: Policies, name: str, other: str) -> bool:
    """Say whether a policy rests on another, directly or not, or is that one."""
    seen, left = set[str](), [name]
    while left:
        at = left.pop()
        if at == other:
            return True
        if at in policies and at not in seen:
            seen.add(at)
            left += parents(policies[at])
    return False


def key_of(offer: OfferSpec) -> str:
    """Return what makes two offers the same one: the support and the stages."""
    return f"offer/{offer.support}/{'+'.join(offer.at)}"


def placed_offers(policies: Policies, name: str) -> list[tuple[str, OfferSpec]]:
    """Return a policy's offers with their places in the file, those that it inherits first."""
    return [
        (f"policies.{one}.offers[{i}]", offer)
        for one in lineage(policies, name)
        for i, offer in enumerate(policies[one].offers)
    ]


def uses_of(policies: Policies, name: str) -> dict[str, str]:
    """Return the parameters that a policy replaces, with those that it inherits."""
    found: dict[str, str] = {}
    for one in lineage(policies, name):
        found |= policies[one].use
    return found


def roll_outs_of(policies: Policies, name: str) -> dict[str, RollOutSpec]:
    """Return how a policy rolls supports out, with what it inherits."""
    found: dict[str, RollOutSpec] = {}
    for one in lineage(policies, name):
        found |= policies[one].roll_out
    return found


def placed_stops(policies: Policies, name: str) -> list[tuple[str, StopSpec]]:
    """Return where a policy stops supports with the places in the file, inherited ones first."""
    return [
        (f"policies.{one}.stops[{i}]", stop)
        for one in lineage(policies, name)
        for i, stop in enumerate(policies[one].stops)
    ]


def needless(policies: Policies, name: str, reference: str) -> list[str]:
    """Return which parts of a policy add nothing to it, a sentence each.

    With such a part, the effects of the parts could not be told from that of the whole.
    """
    parts = list(dict.fromkeys(policies[name].together))
    said = [
        f"`{part}` stands there more than once; name it once."
        for part in parts
        if policies[name].together.count(part) > 1
    ]
    if reference in parts:
        said.append(
            f"`{reference}` is the reference, with which all are compared, and adds nothing; "
            "leave it out."
        )
    said += [
        f"`{one}` already holds all of `{other}`; leave `{other}` out."
        for one in parts
        for other in parts
        if other not in (one, reference) and other in lineage(policies, one)
    ]
    if len(parts) == 1 and not said:
        said.append(f"`{parts[0]}` stands alone; name another policy, or say `extends` instead.")
    return said


def adds_itself(policies: Policies, name: str) -> bool:
    """Say whether a policy that puts others together also states something of its own."""
    own = policies[name]
    held = {above for part in own.together for above in lineage(policies, part)}
    more = own.extends is not None and own.extends not in held
    return more or any((own.offers, own.stops, own.use, own.roll_out))


def disagreements(policies: Policies, name: str) -> list[str]:
    """Return in what the parts of a policy contradict one another, a sentence each.

    Two parts may not replace one parameter by different ones, make one offer differently, or
    roll one support out differently, unless the policy itself says which holds.
    """
    whole = policies[name]
    settled = {*whole.use, *whole.roll_out, *map(key_of, whole.offers)}
    parts = whole.together
    return [
        said
        for i, one in enumerate(parts)
        for other in parts[i + 1 :]
        for key, said in _clashes(policies, one, other)
        if key not in settled
    ]


def _clashes(policies: Policies, one: str, other: str) -> Iterable[tuple[str, str]]:
    above, below = lineage(policies, one), lineage(policies, other)
    mine = [policies[p] for p in above if p not in below]
    theirs = [policies[p] for p in below if p not in above]
    if not mine or not theirs:
        return
    pairs = (
        ("replace the parameter", _said(mine, "use"), _said(theirs, "use")),
        ("roll out the support", _said(mine, "roll_out"), _said(theirs, "roll_out")),
        ("make the offer", _offers(mine), _offers(theirs)),
    )
    for what, left, right in pairs:
        for key in left:
            if key in right and left[key] != right[key]:
                yield (
                    key,
                    f"`{one}` and `{other}` {what} `{key}` differently; leave one of them out, or "
                    "say which is to hold in a policy of the scenario that has them `together`.",
                )
    yield from _rolled_out_by_one(one, mine, other, theirs)
    yield from _rolled_out_by_one(other, theirs, one, mine)


def _rolled_out_by_one(
    one: str, mine: list[PolicySpec], other: str, theirs: list[PolicySpec]
) -> Iterable[tuple[str, str]]:
    """Yield the supports that one part rolls out and the other offers from the beginning."""
    offered = {offer.support for policy in theirs for offer in policy.offers}
    for support in _said(mine, "roll_out"):
        if support in offered and support not in _said(theirs, "roll_out"):
            yield (
                support,
                f"`{one}` rolls out the support `{support}`, which `{other}` offers from the "
                "beginning; leave one of them out, or say which is to hold in a policy of the "
                "scenario that has them `together`.",
            )


def _said(policies: Iterable[PolicySpec], field: str) -> dict[str, object]:
    return {key: value for p in policies for key, value in getattr(p, field).items()}


def _offers(policies: Iterable[PolicySpec]) -> dict[str, object]:
    return {key_of(offer): offer for p in policies for offer in p.offers}
