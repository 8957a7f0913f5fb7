"""The constants of the scoring method, in one frozen record, so that an experiment changes a value and not the code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """How counts become a score. All spans are in days."""

    baseline_days: int = 84
    """Days before the night over which an agent's own rate is taken."""
    lag_days: int = 28
    """Persistence is measured against a baseline that ends so much earlier, since slow theft teaches a later one."""
    least_lag_days: int = 7
    """The same in a young log, whose few days are shared between the baseline and what is judged."""
    warm_up_days: int = 14
    """Start of a log in which nothing that looks back can be judged; kept out of baselines."""
    week_days: int = 7
    month_days: int = 28
    reference_days: int = 90
    """Days before a night with whose z-values those of the night are compared."""
    unsettled_days: int = 70
    """Start of a log of which the evidence is the measure only until there is better: histories are short."""
    settled_days: int = 90
    """Age of a log at which the evidence of its unsettled days is forgotten."""
    evidence_days: int = 180
    """Days before a night with whose evidence its own is compared: longer, since one tail decides everything."""
    short_log_days: int = 28
    """A log younger than this is trusted in proportion to its age: its reference is short (14 days of it are warm-up).
    A longer hold discounts the first days of a theft against later, duller ones."""
    winsor_sigma: float = 3.5
    """History is cut at the expected value plus this many standard deviations: a loud day teaches no baseline."""
    persistence_clip: float = 2.0
    """Each day counts at most so much towards persistence: one odd day cannot fake it."""
    effect_agents: int = 8
    """Fewest agents for a day effect."""
    effect_shrink: float = 10.0
    """This many agents without an effect are added to those that show one."""
    usual_prior: float = 5.0
    """This many nights with a median of 0 are added to those seen."""
    effect_cap: float = 1.5
    """Largest day effect, as a natural logarithm."""
    strata_agents: int = 30
    """A stratum with fewer agents is merged upward."""
    tenure_days: int = 28
    """How long somebody who came after the log began counts as a newcomer."""
    telling_days: int = 42
    """Whoever came within this many days of the log's beginning is not compared with newcomers: those who are seldom in
    can't be told from them yet."""
    learning_days: int = 84
    """How long somebody who came after the log began is still learning the work: the colleagues are the norm."""
    newcomer_ages: tuple[int, ...] = (14, 28, 56, 84)
    """Newcomers are of one kind until they have worked here for this many days, then of the next (agent_kinds.py)."""
    paces: tuple[float, ...] = (2 / 3, 3 / 2)
    """The others are slow, usual or fast: their visits of some weeks ago over those of the peers. What they do now does
    not move them, or a theft would make its own norm."""
    kind_prior: float = 20.0
    """This many agent-days without a difference are added to those by which a kind of agents differs from the others:
    the four weeks of one agent, since agents of a kind differ as much as kinds do."""
    refit_days: int = 7
    """Days between refits of the weights."""
    memory_nights: float = 90.0
    """Nights after which what was learned about noise and planting counts for a third."""
    before_part: float = 0.6
    """Part of the agent's earlier evidence that is taken off: what was there before is no beginning."""
    before_prior: float = 5.0
    """Days without evidence that are added to the earlier ones; and fewest days of more than four weeks ago that say
    whether something was there for longer."""
    combination_weight: float = 0.0
    """Weight of the detector of unusual combinations, in standard deviations of a night's evidence; 0 leaves it out."""
    dispersion_prior: float = 10.0
    """Days of history that the peers' dispersion counts for."""

    @property
    def kinds(self) -> int:
        """Number of the kinds of agents."""
        return len(self.newcomer_ages) + len(self.paces) + 1

    def lag(self, age: int) -> int:
        """Days between a night and the end of its earlier baseline, in a log that is `age` days old.

        Half of the days since the warm-up: with the full lag, a log of six weeks would have no own level to compare
        with, and everybody's standing among the peers would pass for a change.
        """
        return min(self.lag_days, max(self.least_lag_days, (age - self.warm_up_days) // 2))
