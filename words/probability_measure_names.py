"""What the figures of the renewal probability are called; ``words.measure_names`` takes them in."""

from collections.abc import Mapping

from words import N_, _
from words.renewal_measure_names import Said

_READ = N_(
    "readings of the newest cases the version had not seen, 60, 30, 15 and 5 days before their end"
)

MODEL_FIGURES: dict[str, Said] = {
    "renewals.model_auc": Said(
        N_("AUC"),
        N_(
            "How well the probability puts cases in order: of a case that renewed and one that did"
            " not, how often the one that renewed had the higher probability. 0.5 is chance, 1 is"
            " perfect; equal probabilities count half."
        ),
        N_("twice the pairs in which the renewed case stands higher"),
        N_("twice all pairs of a renewed and a lost reading"),
    ),
    "renewals.model_average": Said(
        N_("Brier score of the average"),
        N_(
            "What the Brier score would be if every case were given the renewal rate of these"
            " readings: the version has to be better."
        ),
        N_("renewed readings × lost readings"),
        N_("the square of all readings"),
    ),
    "renewals.model_band": Said(
        N_("Renewed in this band"),
        N_(
            "Share of the readings of a band of probability that did renew: where the probability"
            " is right, it lies within the band."
        ),
        N_("readings of the band whose case renewed"),
        N_("all readings of the band"),
    ),
    "renewals.model_brier": Said(
        N_("Brier score"),
        N_(
            "How far the probability is from what came: the mean of (probability − outcome)²,"
            " where the outcome is 1 or 0. 0 is perfect; it is to be below that of the average."
        ),
        N_("sum of (probability − outcome)², in hundred-millionths"),
        _READ,
    ),
    "renewals.model_calibration": Said(
        N_("Calibration error"),
        N_(
            "How far the probability given is from the share that renewed, on average over ten"
            " equal bands of probability, weighted by their readings."
        ),
        N_("distance of what was given and what came in each band"),
        N_("all readings, in ten-thousandths"),
    ),
    "renewals.model_cases": Said(
        N_("Decided cases"),
        N_("The closed cases the version was made from; of very many the newest."),
        N_("closed cases that fell due in the period and may not be open any more"),
    ),
    "renewals.model_renewed": Said(
        N_("Renewed of them"),
        N_("The part of the decided cases that renewed: what a guess would go by."),
        N_("decided cases that renewed"),
        N_("all decided cases the version was made from"),
    ),
    "renewals.model_reliability": Said(
        N_("Renewed in all"),
        N_("Share of the readings that did renew, in all and by the band of probability given."),
        N_("readings whose case renewed"),
        _READ,
    ),
}
COLUMNS = {
    "bin": N_("Probability band"),
    "came": N_("Came, 1/10,000"),
    "days_left": N_("Read, days before its end"),
    "gap": N_("Distance, 1/10,000"),
    "given": N_("Given, 1/10,000"),
    "missed": N_("Missed by, squared, 1/100,000,000"),
    "probability": N_("Probability, 1/10,000"),
    "readings": N_("Readings"),
    "renewed_place": N_("Place × 2, if renewed"),
    "twice_place": N_("Place × 2"),
    "whole": N_("Readings × 10,000"),
}


def bin_text(place: int | str) -> str:
    """``70–80%`` of the bin 7."""
    low = 10 * int(place)
    return f"{low}–{low + 10}%"


def model_which(about: Mapping[str, str]) -> str:
    """The version a figure is of, and the band."""
    version = _("version {n}").format(n=about["model"])
    return f"{version} · {bin_text(about['bin'])}" if "bin" in about else version
