"""Ten thousand drawn companies: no limit broken, every step the optimum of its model."""

from random import Random

import pytest

from services.renewals.placing import place
from tests.make.allocation import broken_limits, draw_cases, draw_people, exact_worth, worth_of


@pytest.mark.parametrize("first", range(0, 10_000, 1_000))
def test_no_limit_is_broken_and_no_step_could_be_better(first: int) -> None:
    for seed in range(first, first + 1_000):
        random = Random(seed)
        people, cases, needs = draw_people(random), draw_cases(random), random.random() < 0.5
        done = place(cases, people, needs_registration=needs)
        assert broken_limits(cases, people, done, needs_registration=needs) == [], seed
        for step in done.steps:
            assert worth_of(step) == exact_worth(step), seed
