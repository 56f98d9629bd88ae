"""The broken programs: each fails, or passes, the numerical check just as lesson 5 says."""

import pytest

from lstm_core.exercises.bugs import BUGS, report

AGREES = "The gradient agrees with numerical differentiation."
UNSEEN = {"bug_alike", "bug_agreed"}  # what no gradient check can see
QUIET = {"bug_activated", "bug_quiet"}  # what small weights hide


@pytest.mark.parametrize("name", BUGS)
def test_the_numerical_check_sees_the_broken_part_at_scale_one(name):
    assert (AGREES in report(name, BUGS[name].broken)) == (name in UNSEEN)


@pytest.mark.parametrize("name", BUGS)
def test_the_numerical_check_passes_the_mended_part(name):
    assert AGREES in report(name, BUGS[name].right)


@pytest.mark.parametrize("name", BUGS)
def test_small_weights_hide_only_the_derivatives_of_activated_values(name):
    hidden = AGREES in report(name, BUGS[name].broken, scale=0.01)
    assert hidden == (name in QUIET | UNSEEN)


def test_what_the_check_cannot_see_is_told_otherwise():
    assert "differ by 0 at least" in report("bug_alike", BUGS["bug_alike"].broken)
    assert "differ by 0 at least" not in report("bug_alike", BUGS["bug_alike"].right)
    assert "gives 0.25." not in report("bug_agreed", BUGS["bug_agreed"].broken)
    assert "gives 0.25." in report("bug_agreed", BUGS["bug_agreed"].right)


def test_peepholes_bring_the_overwritten_error_to_light():
    shown = report("bug_overwritten", BUGS["bug_overwritten"].broken)
    assert "differs from numerical differentiation in W, R, p, b" in shown


def test_an_unknown_name_or_scale_is_refused():
    with pytest.raises(ValueError, match="name is 'bug_none', expected one of bug_activated"):
        report("bug_none", BUGS["bug_alone"].right)
    with pytest.raises(ValueError, match="scale is 0"):
        report("bug_alone", BUGS["bug_alone"].right, scale=0)
