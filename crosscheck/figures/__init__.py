"""Figures of the papers, drawn anew: `crosscheck figure NAME` computes the numbers, keeps them as CSV, and draws them.

A figure is a module with `table(seed, device, progress)`, which computes the numbers; `draw(figure, table)`, which
draws them with Matplotlib; `description(table)`, in words for those who cannot see it; and SIZE, in inches.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """What is known of a figure before it is computed."""

    title: str
    source: str
    module: str


FIGURES = {
    "speciation": Entry("Two clones end in the same class", "BBDM24 Fig. 2", "crosscheck.figures.speciation_figure"),
    "collapse": Entry("Excess entropy of the empirical law", "BBDM24 Fig. 3", "crosscheck.figures.collapse_figure"),
    "last_change": Entry(
        "Two estimates of the collapse time",
        "BBDM24 Fig. 5, for Gaussian data",
        "crosscheck.figures.last_change_figure",
    ),
    "generalisation": Entry(
        "From memorisation to generalisation, by five conventions",
        "H24 Fig. 4",
        "crosscheck.figures.generalisation_figure",
    ),
    "divergence": Entry(
        "KL of a linear denoiser: as printed, corrected, exact, simulated",
        "H24 (B.17)",
        "crosscheck.figures.divergence_figure",
    ),
    "kl_noise": Entry(
        "KL of mean and covariance of a linear denoiser against its noise",
        "H24 Fig. 2",
        "crosscheck.figures.kl_noise_figure",
    ),
    "hellinger": Entry("Hellinger distance of a linear denoiser", "H24 Fig. 3", "crosscheck.figures.hellinger_figure"),
    "effective_dimension": Entry(
        "Distance of an estimated covariance, and d_eff", "MG25 d_eff", "crosscheck.figures.effective_dimension_figure"
    ),
    "data_needed": Entry(
        "Data that a linear diffusion model needs: n of order d", "MG25 KL", "crosscheck.figures.data_needed_figure"
    ),
    "denoiser_training": Entry(
        "Overlaps of an auto-encoder along its training", "CPL25 Fig. 1", "crosscheck.figures.denoiser_training_figure"
    ),
    "denoiser_density": Entry(
        "What one hidden unit generates, and its Hellinger distance",
        "CPL25 Fig. 2",
        "crosscheck.figures.denoiser_density_figure",
    ),
    "denoiser_generations": Entry(
        "Generations, each trained on what the one before it made",
        "CPL25 Fig. 4, for two modes",
        "crosscheck.figures.denoiser_generations_figure",
    ),
    "mode_collapse": Entry(
        "Three clusters, two hidden units: overlaps and generated law",
        "CPL25 Fig. 5",
        "crosscheck.figures.mode_collapse_figure",
    ),
    "autoencoder_phases": Entry(
        "Phases of a linear unit at a large learning rate",
        "CPL25 (75)",
        "crosscheck.figures.autoencoder_phases_figure",
    ),
    "collapse_map": Entry(
        "The map of model collapse, with generations of networks",
        "CPL25 (15)",
        "crosscheck.figures.collapse_map_figure",
    ),
    "digits": Entry(
        "Images: training, the law in the principal plane, generated pictures",
        "CPL25 Fig. 3, 6, 10, for handwritten sevens",
        "crosscheck.figures.digits_figure",
    ),
}
