"""Keeping the 识别规则库: a draft is edited and tried, takes effect as a whole, can be taken back.

One change at a time; each writes the operation log in its transaction.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from portal.lib.refused import Refused
from tracing.core.advisory_locks import Lock, take
from tracing.library.in_force import rules_of
from tracing.library.models import RulesVersion, VersionRule
from tracing.library.queries_trial import try_stored
from tracing.library.system_names import require_own_name
from tracing.records.rule_sets import BUILT_IN, BUILT_IN_RULES
from tracing.records.safe_patterns import SafePattern, UnsafePattern
from tracing.records.trace_codes import system_label

MOST_RULES = 40
State = RulesVersion.State


class Asked(NamedTuple):
    """A rule of staff as they want it."""

    title: str
    pattern: str
    system: str
    check_name: str
    leaves: bool
    parts: str


@transaction.atomic
def draft_version(origin: Origin = COMMAND, *, like: RulesVersion | None = None) -> RulesVersion:
    """Make a draft of the rules in force, or of those of an older version.

    Raises Refused: rules_draft_exists.
    """
    take(Lock.RULES, "")
    open_draft = RulesVersion.objects.filter(state=State.DRAFT).first()
    if open_draft is not None:
        raise Refused("rules_draft_exists", version=str(open_draft))
    source = like or RulesVersion.objects.filter(state=State.IN_FORCE).first()
    draft = RulesVersion.objects.create(made_by=origin.by)
    kept = {} if source is None else {rule.name: rule for rule in source.rules.all()}
    # Built-in rules that are new or gone since the version was made come in and go here too.
    ordered = BUILT_IN if source is None else rules_of(source.pk)
    rules = [kept.get(rule.name) or VersionRule(name=rule.name) for rule in ordered.every]
    for place, rule in enumerate(rules, start=1):
        rule.pk, rule.version, rule.place = None, draft, place
    VersionRule.objects.bulk_create(rules)
    record("rules-drafted", origin=origin, target=str(draft), after={"rules_count": len(rules)})
    return draft


@transaction.atomic
def add_rule(version: RulesVersion, asked: Asked, *, origin: Origin = COMMAND) -> VersionRule:
    """Put a new rule of staff behind the others.

    Raises Refused: rules_not_draft, rules_too_many, rule_pattern_unusable, rule_system_taken.
    """
    draft = _draft(version)
    _check_asked(asked)
    rules = _rules(draft)
    if len(rules) >= MOST_RULES:
        raise Refused("rules_too_many", limit=str(MOST_RULES))
    taken = [int(rule.name.removeprefix("made-")) for rule in rules if rule.pattern]
    added = VersionRule(version=draft, name=f"made-{max(taken, default=0) + 1}", **asked._asdict())
    added.place = len(rules) + 1
    added.save()
    _changed(draft, "rule-saved", added, None, described(added), origin)
    return added


@transaction.atomic
def change_rule(rule: VersionRule, asked: Asked, *, origin: Origin = COMMAND) -> None:
    """Change a rule of staff.

    Raises Refused: as `add_rule`, and rule_is_built_in.
    """
    draft = _draft(rule.version)
    if not rule.pattern:
        raise Refused("rule_is_built_in", title=str(rule))
    _check_asked(asked)
    before = described(rule)
    for name, value in asked._asdict().items():
        setattr(rule, name, value)
    rule.save()
    _changed(draft, "rule-saved", rule, before, described(rule), origin)


@transaction.atomic
def switch_rule(rule: VersionRule, *, origin: Origin = COMMAND) -> None:
    """Switch a rule off, or on again. Raises Refused: rules_not_draft, rule_is_fixed."""
    draft = _draft(rule.version)
    known = BUILT_IN_RULES.get(rule.name)
    if known is not None and known.fixed:
        raise Refused("rule_is_fixed", title=str(rule))
    before = described(rule)
    rule.enabled = not rule.enabled
    rule.save()
    _changed(draft, "rule-saved", rule, before, described(rule), origin)


@transaction.atomic
def move_rule(rule: VersionRule, place: int, *, origin: Origin = COMMAND) -> None:
    """Try a rule at another place, which counts from 1.

    Raises Refused: rules_not_draft, rule_place_wrong.
    """
    draft = _draft(rule.version)
    rules = _rules(draft)
    if not 1 <= place <= len(rules):
        raise Refused("rule_place_wrong", count=str(len(rules)), found=str(place))
    before = {"rule_place": rule.place}
    others = [other for other in rules if other.pk != rule.pk]
    others.insert(place - 1, rule)
    _number(others)
    _changed(draft, "rule-saved", rule, before, {"rule_place": place}, origin)


@transaction.atomic
def remove_rule(rule: VersionRule, *, origin: Origin = COMMAND) -> None:
    """Take a rule of staff out of a draft. Raises Refused: rules_not_draft, rule_is_built_in."""
    draft = _draft(rule.version)
    if not rule.pattern:
        raise Refused("rule_is_built_in", title=str(rule))
    before, title = described(rule), str(rule)
    rule.delete()
    _number(_rules(draft))
    draft.trial = None
    draft.save(update_fields=["trial"])
    record("rule-removed", origin=origin, target=f"{draft} {title}", before=before)


@transaction.atomic
def try_version(version: RulesVersion, *, origin: Origin = COMMAND) -> dict[str, Any]:
    """Note what a draft would do to stored codes; nobody changes it meanwhile.

    Raises Refused: rules_not_draft, rules_trial_too_slow.
    """
    draft = _draft(version)
    draft.trial = found = try_stored(draft)
    draft.save(update_fields=["trial"])
    counts = {
        "codes_tried": found["codes"],
        "systems_changed": found["changed"],
        "codes_refused": found["refused"],
    }
    record("rules-tried", origin=origin, target=str(draft), after=counts)
    return found


@transaction.atomic
def put_in_force(version: RulesVersion, reason: str, *, origin: Origin = COMMAND) -> None:
    """Judge every upload that is checked from now on by a draft; what is stored stays.

    Raises Refused: rules_not_draft, rules_not_tried.
    """
    draft = _draft(version)
    if draft.trial is None:
        raise Refused("rules_not_tried", version=str(draft))
    before = RulesVersion.objects.filter(state=State.IN_FORCE).first()
    if before is not None:
        _end(before)
    draft.replaced = before
    _begin(draft, reason, origin)
    record(
        "rules-put-in-force",
        origin=origin,
        target=str(draft),
        before={"rules_version": before and str(before)},
        after={"rules_version": str(draft), "reason": reason},
    )


@transaction.atomic
def take_back(version: RulesVersion, reason: str, *, origin: Origin = COMMAND) -> None:
    """Judge by what was in force before a version again; what it judged stays as it is.

    Raises Refused: rules_not_in_force.
    """
    take(Lock.RULES, "")
    version.refresh_from_db()
    if version.state != State.IN_FORCE:
        raise Refused("rules_not_in_force", version=str(version))
    _end(version)
    earlier = version.replaced
    if earlier is not None:
        _begin(earlier, reason, origin)
    record(
        "rules-taken-back",
        origin=origin,
        target=str(version),
        before={"rules_version": str(version)},
        after={"rules_version": earlier and str(earlier), "reason": reason},
    )


@transaction.atomic
def drop_version(version: RulesVersion, reason: str, *, origin: Origin = COMMAND) -> None:
    """Give a draft up; it is kept, and counts for nothing. Raises Refused: rules_not_draft."""
    draft = _draft(version)
    draft.state = State.DROPPED
    draft.save(update_fields=["state"])
    record("rules-dropped", origin=origin, target=str(draft), after={"reason": reason})


def described(rule: VersionRule) -> dict[str, Any]:
    """A rule as the operation log keeps it."""
    words: dict[str, Any] = {"rule_enabled": rule.enabled}
    if rule.pattern:
        words |= {
            "rule_title": rule.title,
            "rule_pattern": rule.pattern,
            "rule_system": system_label(rule.system),
            "rule_check": rule.check_name,
            "rule_leaves": rule.leaves,
            "rule_parts": rule.parts,
        }
    return words


def _draft(version: RulesVersion) -> RulesVersion:
    """The version as it is now, for one change at a time."""
    take(Lock.RULES, "")
    draft = RulesVersion.objects.get(pk=version.pk)
    if draft.state != State.DRAFT:
        raise Refused("rules_not_draft", version=str(draft))
    return draft


def _rules(draft: RulesVersion) -> list[VersionRule]:
    return list(draft.rules.order_by("place", "pk"))


def _number(rules: list[VersionRule]) -> None:
    for place, rule in enumerate(rules, start=1):
        rule.place = place
    VersionRule.objects.bulk_update(rules, ["place"])


def _check_asked(asked: Asked) -> None:
    require_own_name(asked.system)
    try:
        SafePattern(asked.pattern)
    except UnsafePattern as unsafe:
        raise Refused("rule_pattern_unusable", reason=str(unsafe)) from unsafe


def _changed(
    draft: RulesVersion, action: str, rule: VersionRule, before: Any, after: Any, origin: Origin
) -> None:
    """A draft that has changed must be tried again."""
    draft.trial = None
    draft.save(update_fields=["trial"])
    record(action, origin=origin, target=f"{draft} {rule}", before=before, after=after)


def _begin(version: RulesVersion, reason: str, origin: Origin) -> None:
    version.state, version.in_force_at = State.IN_FORCE, timezone.now()
    version.in_force_by, version.reason, version.ended_at = origin.by, reason, None
    version.save()


def _end(version: RulesVersion) -> None:
    version.state, version.ended_at = State.PAST, timezone.now()
    version.save()
